"""Seeded faults: each shows, and there is one for every rule."""

from collections import Counter
from typing import Any

import pytest

from contracts.asgi import App, AsgiTransport
from contracts.driver import Driver
from contracts.exchange import MAIN, OTHER
from contracts.faulty.catalogue import WITHOUT_FAULT, faults, sample
from contracts.faulty.combining import always
from contracts.faulty.fault import Fault, Proceed
from contracts.faulty.message import Reply, Request
from contracts.faulty.wrapping import wrapped
from contracts.history import History
from contracts.judge import Judge
from contracts.keys import Keys
from contracts.passing import MovedTime
from contracts.rule import Live
from contracts.script import Script
from mock_server.app import create_app
from mock_server.settings import Settings
from tests.client import Time
from tests.contracts.faulty.tours import BY_FAMILY, CONTRACT, Steps, tour

FAULTS = faults(CONTRACT)


async def _passing_on(request: Request, proceed: Proceed) -> Reply:
    return await proceed(request)


BY_CHANCE = ("x-request-id",)
FAMILIES = {
    "bounds", "words", "kinds", "fields", "bodies", "modes", "media",
    "prices", "usage", "limits", "keys", "accounts", "services",
    "submissions", "lives", "results", "cancels", "lists", "forms", "refusals",
    "videos", "downloads",
}  # fmt: skip

NONE = Fault(
    id="none", family="none", rules=(), text="Nothing is wrong.", begin=always(_passing_on)
)

Told = list[Any]


def sound() -> App:
    return create_app(Settings(), time=Time())


def told(app: App, steps: Steps) -> Told:
    """Return every answer of *app* to *steps*, without what is left to chance."""
    transport = AsgiTransport(app, Keys({MAIN: "sk-empiriolabs-a", OTHER: "sk-empiriolabs-b"}))
    history = History(CONTRACT, CONTRACT.policies_with({}), is_emulator=True)
    driver = Driver(transport, Judge(history, ()), MovedTime(transport, (MAIN, OTHER)))
    driver.run(Script(name="a tour", rules=(), steps=steps))
    transport.close()
    assert [exchange.trouble for exchange in driver.recording.exchanges if exchange.trouble] == []
    answers = [exchange.answer for exchange in driver.recording.exchanges if exchange.answer]
    return [
        (
            answer.status,
            {name: value for name, value in answer.headers.items() if name not in BY_CHANCE},
            answer.body,
        )
        for answer in answers
    ]


class Soundly:
    """What the sound emulator tells on each tour that was asked for."""

    def __init__(self) -> None:
        self.tours: list[tuple[Steps, Told]] = []

    def told(self, steps: Steps) -> Told:
        known = next((answers for one, answers in self.tours if one is steps), None)
        if known is None:
            known = told(sound(), steps)
            self.tours.append((steps, known))
        return known


@pytest.fixture(scope="session")
def soundly() -> Soundly:
    return Soundly()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_fault_shows(fault: Fault, soundly: Soundly) -> None:
    steps = tour(fault)
    is_same = told(wrapped(sound(), CONTRACT.api, fault), steps) == soundly.told(steps)

    assert not is_same


@pytest.mark.parametrize("steps", BY_FAMILY.values(), ids=BY_FAMILY)
def test_without_a_fault_nothing_changes(steps: Steps, soundly: Soundly) -> None:
    assert told(wrapped(sound(), CONTRACT.api, NONE), steps) == soundly.told(steps)


def test_ids_are_unique() -> None:
    counts = Counter(fault.id for fault in FAULTS)

    assert [id_ for id_, count in counts.items() if count > 1] == []


def test_every_family_has_faults() -> None:
    assert {fault.family for fault in FAULTS} == FAMILIES


def test_faults_name_rules_of_the_contract() -> None:
    unknown = {rule for fault in FAULTS for rule in fault.rules} - CONTRACT.rules.keys()

    assert unknown == set()
    assert all(fault.rules for fault in FAULTS)


def test_every_rule_has_a_fault_or_a_reason_for_none() -> None:
    named = {rule for fault in FAULTS for rule in fault.rules}
    held = {rule.id for rule in CONTRACT.rules.values() if rule.live is not Live.NEVER}

    assert named | WITHOUT_FAULT.keys() == CONTRACT.rules.keys()
    assert named.isdisjoint(WITHOUT_FAULT)
    assert held <= named


def test_a_sample_has_all_families_and_moves_with_its_seed() -> None:
    drawn = sample(FAULTS, 100, seed=1)

    assert len({fault.id for fault in drawn}) == 100
    assert {fault.family for fault in drawn} == FAMILIES
    assert drawn == sample(FAULTS, 100, seed=1) != sample(FAULTS, 100, seed=2)
    assert len(sample(FAULTS, 10_000, seed=1)) == len(FAULTS)
