"""A choice of scripts: few of them that exercise every rule which all of them do."""

from collections.abc import Iterator, Mapping, Sequence

from contracts.document import Contract
from contracts.expectation.outcome import Expectation, Refused
from contracts.script import Follow, Script, Step, Submit

# What a script exercises: a rule, and whether by a request that breaks it.
Point = tuple[str, bool]


def fewest(
    scripts: Sequence[Script], contract: Contract, policies: Mapping[str, str]
) -> list[Script]:
    """Return few of *scripts*, in their order, that exercise what all do: greedily, the most for its calls first.

    Each rule is exercised by requests that the *contract* accepts under *policies*, and by such as it refuses.
    """
    expectation = Expectation(contract, policies)
    points = [set(_points(script, expectation)) for script in scripts]
    costs = [sum(map(_calls, script.steps)) for script in scripts]
    missing = set().union(*points)
    chosen = set()
    while missing:
        best = max(range(len(scripts)), key=lambda one: len(points[one] & missing) / costs[one])
        chosen.add(best)
        missing -= points[best]
    return [scripts[one] for one in sorted(chosen)]


def _points(script: Script, expectation: Expectation) -> Iterator[Point]:
    submits = [step for step in script.steps if isinstance(step, Submit)]
    outcomes = {isinstance(expectation.of(step.fields), Refused) for step in submits}
    for rule in script.rules:
        for is_refused in outcomes or {False}:
            yield rule, is_refused


def _calls(step: Step) -> int:
    return step.most if isinstance(step, Follow) else 1
