from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from mock_server.clock import SECOND
from mock_server.latency import Work, duration_of, parse_latency

LATENCY = load().models["wan-2-6"].latency
SEEDS = st.integers(0, 2**31 - 1)
WORK = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["t2v", "i2v", "r2v"]),
        "resolution": st.sampled_from(["720p", "1080p"]),
        "seconds": st.floats(5, 15),
        "flash": st.booleans(),
        "seed": SEEDS,
    }
)
PROFILES = st.sampled_from(["quick", "realistic"])


def lasts(choice="realistic", **work):
    return duration_of(Work(**work), LATENCY, choice)


@pytest.mark.parametrize(
    "example", LATENCY.examples, ids=lambda example: f"{example.mode}-{example.flash}"
)
def test_documented_examples_lie_in_what_the_realistic_profile_draws(example):
    work = {
        "mode": example.mode,
        "flash": example.flash,
        "resolution": example.resolution,
        "seconds": example.duration,
    }
    drawn = sorted(lasts(**work, seed=seed) / SECOND for seed in range(2000))

    assert drawn[0] <= example.seconds <= drawn[-1]


@given(PROFILES, WORK, SEEDS)
def test_flash_is_always_sooner_than_the_same_standard_job_whatever_the_seeds(profile, work, seed):
    """FLASH-FASTER."""
    flash = lasts(profile, **{**work, "flash": True})

    assert flash < lasts(profile, **{**work, "flash": False, "seed": seed})


@given(WORK)
def test_1080p_takes_longer(work):
    assert lasts(**{**work, "resolution": "720p"}) < lasts(**{**work, "resolution": "1080p"})


@given(WORK, st.floats(5, 15))
def test_longer_clips_take_longer(work, seconds):
    shorter, longer = sorted([work["seconds"], seconds])

    assert lasts(**{**work, "seconds": shorter}) <= lasts(**{**work, "seconds": longer})
    assert lasts(**{**work, "seconds": 5}) < lasts(**{**work, "seconds": 6})


@given(WORK)
def test_equal_seeds_draw_equal(work):
    assert lasts(**work) == lasts(**work)


def test_other_seeds_draw_otherwise():
    work = {"mode": "t2v", "resolution": "720p", "seconds": 5, "flash": False}

    assert len({lasts(**work, seed=seed) for seed in range(100)}) == 100


@pytest.mark.parametrize(
    ("choice", "flash", "microseconds"),
    [
        ("quick", False, 4_000_000),
        ("quick", True, 800_000),
        ("instant", False, 0),
        (0.0000006, False, 1),
        (3.25, True, 3_250_000),
    ],
)
def test_fixed_latencies(choice, flash, microseconds):
    """Seconds that the user names are those of every job."""
    assert (
        lasts(choice, mode="i2v", resolution="720p", seconds=5, flash=flash, seed=1) == microseconds
    )


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ("quick", "quick"),
        ("realistic", "realistic"),
        ("2.5", 2.5),
        (0, 0.0),
        (Decimal("0.5"), 0.5),
        (10**9, 1e9),
    ],
)
def test_latency_is_a_profile_or_seconds(value, choice):
    assert parse_latency(value, LATENCY) == choice


@pytest.mark.parametrize(
    "value", ["fast", -1, "nan", float("inf"), 10**9 + 1, 10**400, True, None, [], "-0.001"]
)
def test_latency_that_cannot_be_is_refused_with_what_would_do(value):
    with pytest.raises(
        ValueError, match="is not one of quick, instant, realistic, nor a number of seconds up to"
    ):
        parse_latency(value, LATENCY)
