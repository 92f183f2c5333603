"""A choice of scripts: few of them that exercise every rule which all of them do."""

from collections.abc import Iterator, Mapping, Sequence

from contracts.document import Contract
from contracts.expectation.outcome import Expectation, Refused
from contracts.script import Download, Follow, Script, Step, Submit

# What a script exercises: a rule, and how - refused for breaking it, in which mode accepted, or at either end of what
# there is to try of it.
Point = tuple[str, str]
REFUSED, FIRST, LAST = "refused", "first", "last"
# A video is decoded, which takes as long as so many calls do.
VIDEO_CALLS = 30


def fewest(
    scripts: Sequence[Script], contract: Contract, policies: Mapping[str, str]
) -> list[Script]:
    """Return few of *scripts*, in their order, that exercise what all do: greedily, the most for its calls first.

    Each rule is exercised by a request that the *contract* refuses for it under *policies*, by one that is accepted in
    each mode, and by the first and the last script about it; of scripts for which a video is decoded, one will do.
    """
    expectation = Expectation(contract, policies)
    points = [set(_points(script, expectation)) for script in scripts]
    costs = [sum(map(_calls, script.steps)) for script in scripts]
    quick = [one for one, cost in enumerate(costs) if cost < VIDEO_CALLS]
    for end, order in ((FIRST, quick[::-1]), (LAST, quick)):
        at = {rule: one for one in order for rule in scripts[one].rules}
        for rule, one in at.items():
            points[one].add((rule, end))
    missing = set().union(*points)
    chosen = set()
    while missing:
        best = max(range(len(scripts)), key=lambda one: len(points[one] & missing) / costs[one])
        chosen.add(best)
        missing -= points[best]
    return [scripts[one] for one in sorted(chosen)]


def _points(script: Script, expectation: Expectation) -> Iterator[Point]:
    """Yield what *script* exercises by what it submits, and each of its rules in any case."""
    for rule in script.rules:
        yield rule, ""
    has_video = any(isinstance(step, Download) for step in script.steps)
    for step in () if has_video else script.steps:
        if isinstance(step, Submit):
            outcome = expectation.of(step.fields)
            if isinstance(outcome, Refused):
                yield from ((broken.rule, REFUSED) for broken in outcome.broken)
            else:
                yield from ((rule, outcome.mode.name) for rule in script.rules)


def _calls(step: Step) -> int:
    match step:
        case Follow():
            return step.most
        case Download():
            return VIDEO_CALLS
        case _:
            return 1
