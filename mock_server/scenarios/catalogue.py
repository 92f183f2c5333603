"""All scenarios by name, and how those that a job may be given combine."""

from collections.abc import Mapping

from mock_server.scenarios import download, lifecycle, poll, submit
from mock_server.scenarios.scenario import Course, Scenario
from mock_server.violations import show

LONGEST_COMPARED = 64

SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for module in (lifecycle, submit, poll, download)
    for scenario in module.SCENARIOS
}


def find(name: object) -> Scenario:
    """Return the scenario *name*.

    Raises:
        ValueError: there is none; the message has the value and the nearest name.
    """
    if not isinstance(name, str):
        raise ValueError(f"{show(name)} is not the name of a scenario")
    known = SCENARIOS.get(name)
    if known is None:
        raise ValueError(f"{show(name)} is not a scenario; the nearest is {show(nearest(name))}")
    return known


def nearest(name: str) -> str:
    """Return the name of a scenario that is most like *name*."""
    # Only mistakes need it.
    from difflib import get_close_matches  # noqa: PLC0415

    names: list[str] = get_close_matches(name[:LONGEST_COMPARED].lower(), SCENARIOS, n=1, cutoff=0)
    return names[0]


def together(*names: str | None) -> tuple[str, ...]:
    """Return the known *names* that act together: of several of one kind, the first."""
    chosen = {SCENARIOS[name].kind: name for name in reversed(names) if name is not None}
    return tuple(name for name in SCENARIOS if name in chosen.values())


def course_of(names: tuple[str, ...]) -> Course | None:
    """Return how the scenarios *names* of a job make it go, None where none of them does."""
    if not names:
        return None
    return next((course for name in names if (course := SCENARIOS[name].course) is not None), None)
