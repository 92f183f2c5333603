"""Scenarios that a prompt names: ``@mock:NAME`` anywhere in it."""

import re
from collections.abc import Iterator
from itertools import islice

from mock_server.scenarios.catalogue import SCENARIOS, nearest

MARK = "@mock:"
SHOWN_CHARACTERS = 60
MOST_NAMES = 20
_NAMED = re.compile(rf"{MARK}([\w-]*)")


def named_in(prompt: str) -> tuple[str, ...]:
    """Return the first names after ``@mock:`` in *prompt*, each once, whether or not there is such a scenario."""
    if MARK not in prompt:
        return ()
    names = dict.fromkeys(found[1] for found in _NAMED.finditer(prompt))
    return tuple(islice(names, MOST_NAMES))


def mistakes_in(prompt: str) -> Iterator[str]:
    """Yield what is wrong with the names in *prompt*: unknown ones, and several of one kind."""
    first: dict[str, str] = {}
    for name in named_in(prompt):
        if name not in SCENARIOS:
            shown = name[:SHOWN_CHARACTERS]
            yield f"{MARK}{shown} is not a scenario; the nearest is {MARK}{nearest(name)}"
            continue
        kind = SCENARIOS[name].kind
        other = first.setdefault(kind, name)
        if other != name:
            yield f"{MARK}{other} and {MARK}{name} are both {kind} scenarios; one of the two would do"
