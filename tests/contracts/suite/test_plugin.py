"""The options of the suite are those of wan-mock check."""

from pathlib import Path

import pytest

from contracts.run import PROFILES
from contracts.suite import plugin
from contracts.suite.running import wishes_of
from contracts.wishes import LEDGER, Wishes

URL = "http://127.0.0.1:8026"


@pytest.fixture
def wishes(pytester, monkeypatch):
    """Return a function that gives what options ask for."""
    monkeypatch.delenv("EMPIRIOLABS_API_KEY", raising=False)

    def wishes(*options, rules=()):
        return wishes_of(pytester.parseconfig("--wan-target", URL, *options), rules)

    return wishes


def test_profiles_are_those_of_a_run():
    assert tuple(PROFILES) == plugin.PROFILES


def test_defaults_are_those_of_the_command(wishes):
    asked = wishes()
    assert asked == Wishes(url=URL, profile=PROFILES["default"], ledger=Path.cwd() / LEDGER)


def test_every_option_is_asked_for(wishes):
    asked = wishes(
        "--wan-api-key=me",
        "--wan-other-api-key=you",
        "--wan-max-cost=2.25",
        "--wan-profile=smoke",
        "--wan-seed=7",
        "--wan-time-limit=5.5",
        "--wan-control-token=t",
        "--wan-ledger=spent.jsonl",
        rules=["HEALTH"],
    )
    assert asked.profile.seconds == 5.5
    assert asked == Wishes(
        url=URL,
        profile=asked.profile,
        seed=7,
        api_key="me",
        other_api_key="you",
        rules=("HEALTH",),
        is_trusted=True,
        control_token="t",
        max_cost=2_250_000,
        ledger=Path.cwd() / "spent.jsonl",
        time_limit=5.5,
    )


def test_emulator_elsewhere_can_be_trusted(wishes):
    assert wishes("--wan-emulator").is_trusted
    assert not wishes().is_trusted


def test_key_comes_from_the_environment_unless_it_is_given(wishes, monkeypatch):
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", "of the environment")
    assert wishes().api_key == "of the environment"
    assert wishes("--wan-api-key=me").api_key == "me"
