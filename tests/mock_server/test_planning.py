from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from mock_server.clock import SECOND
from mock_server.jobs import NEVER, JobError
from mock_server.lifecycle import STEPS
from mock_server.planning import Terms, frame_of, plan_of, rerouted
from mock_server.pricing import quote
from mock_server.request import Media, Request
from mock_server.scenarios.lifecycle import SCENARIOS

CONTRACT = load()
WAN, UPSTREAM = CONTRACT.models["wan-2-6"], CONTRACT.api.errors["upstream_error"]
TERMS = Terms(policies=CONTRACT.policies_with({}), latency="quick")
REQUEST = Request(
    model="wan-2-6",
    mode="t2v",
    prompt="sunrise",
    resolution="720p",
    aspect_ratio="1:1",
    duration=Decimal(5),
    audio=True,
    flash=False,
    seed=None,
    media=Media(),
)
ERROR = JobError(code="upstream_error", type="upstream_error", message="InvalidURL: no")


def plan(request=REQUEST, *, seed=1, error=None, **terms):
    return plan_of(
        request, quote(request, WAN), WAN, seed=seed, terms=TERMS._replace(**terms), error=error
    )


def frame(policies=None, **changes):
    request = REQUEST._replace(**changes)
    terms = TERMS._replace(policies=CONTRACT.policies_with(policies or {}))
    return frame_of(request, quote(request, WAN), WAN, terms)


def test_job_waits_a_tenth_of_its_time_and_then_runs_to_the_end():
    planned = plan()

    assert (planned.starts_after, planned.ends_after) == (SECOND * 4 // 10, 4 * SECOND)
    assert (planned.reach, planned.error) == (STEPS, None)


def test_job_with_bad_media_fails_early_in_its_life():
    planned = plan(error=ERROR)

    assert (planned.reach, planned.error) == (STEPS // 10, ERROR)


def course(name):
    return next(scenario.course for scenario in SCENARIOS if scenario.name == name)


@pytest.mark.parametrize("name", ["slow", "unknown-status", "succeeded-word", "forgotten-early"])
def test_bad_media_fail_a_job_of_a_scenario_that_does_not_end_it_otherwise(name):
    planned = rerouted(plan(error=ERROR), course(name), WAN, UPSTREAM)

    assert planned.error == ERROR


@pytest.mark.parametrize(
    ("name", "code"),
    [("stuck", None), ("cancelled-by-provider", None), ("fails-upstream", "InternalError.Algo")],
)
def test_scenario_that_ends_a_job_wins_over_bad_media(name, code):
    planned = rerouted(plan(error=ERROR), course(name), WAN, UPSTREAM)

    assert (planned.error and planned.error.message.partition(":")[0]) == code


@given(st.floats(0, 10**9), st.sampled_from(SCENARIOS))
def test_job_of_any_scenario_starts_halts_and_ends_in_this_order(seconds, scenario):
    planned = rerouted(plan(latency=seconds), scenario.course, WAN, UPSTREAM)

    assert 0 <= planned.starts_after <= planned.progress_ends_after <= planned.ends_after <= NEVER
    assert 0 < planned.reach <= STEPS
    assert planned.never_ends is (scenario.name == "stuck")


def test_scenarios_that_leave_the_plan_alone_do_so():
    for name in ("succeeded-word", "unknown-fields", "progress-missing", "forgotten-early"):
        assert rerouted(plan(), course(name), WAN, UPSTREAM) == plan()


@given(st.floats(0, 10**9))
def test_job_never_starts_after_its_end(seconds):
    planned = plan(latency=seconds)

    assert 0 <= planned.starts_after <= planned.ends_after


def test_flash_is_no_faster_where_it_does_not_apply():
    """FLASH-SCOPE and FLASH-FASTER."""
    i2v = REQUEST._replace(mode="i2v")

    assert plan(REQUEST._replace(flash=True)) == plan(REQUEST)
    assert plan(i2v._replace(flash=True)).ends_after < plan(i2v).ends_after


@pytest.mark.parametrize(("one", "other"), [(3, Decimal("3.0")), (Decimal("1E+1"), 10)])
def test_equal_seeds_plan_equal(one, other):
    """REQ-SEED: 3.0 is an integer."""
    assert plan(seed=one, latency="realistic") == plan(seed=other, latency="realistic")


def test_time_of_a_capped_job_is_that_of_its_output():
    """R2V-CAP."""
    request = REQUEST._replace(mode="r2v", duration=Decimal(10))

    assert plan(request._replace(duration=Decimal(15)), latency="realistic") == plan(
        request, latency="realistic"
    )


@given(st.decimals(5, 15))
def test_frames_are_seconds_times_30_rounded_half_up(seconds):
    """OUT-DURATION."""
    assert frame(duration=seconds).frames == floor(Fraction(seconds) * 30 + Fraction(1, 2))


@pytest.mark.parametrize(
    ("mode", "seconds", "frames"),
    [("t2v", "5", 150), ("t2v", "5.05", 152), ("t2v", "15", 450), ("r2v", "15", 300)],
)
def test_frames_of_the_output(mode, seconds, frames):
    """OUT-DURATION and R2V-CAP."""
    assert frame(mode=mode, duration=Decimal(seconds)).frames == frames


@pytest.mark.parametrize(
    ("mode", "size"), [("t2v", (960, 960)), ("r2v", (960, 960)), ("i2v", (1280, 720))]
)
def test_size_of_the_output(mode, size):
    """OUT-SIZE and I2V-RATIO: a picture that nobody looked at counts as 16:9."""
    found = frame(mode=mode)

    assert (found.width, found.height) == size


@pytest.mark.parametrize(
    ("policy", "mode", "flash", "audio", "sounds"),
    [
        ("honour", "t2v", False, True, True),
        ("honour", "t2v", False, False, False),
        ("always", "t2v", False, False, True),
        ("always", "t2v", True, False, True),
        ("always", "i2v", True, False, False),
        ("always", "i2v", True, True, True),
    ],
)
def test_video_sounds_when_audio_is_on_or_cannot_be_off(policy, mode, flash, audio, sounds):
    """OUT-AUDIO."""
    found = frame({"standard_audio": policy}, mode=mode, flash=flash, audio=audio)

    assert found.has_sound is sounds
