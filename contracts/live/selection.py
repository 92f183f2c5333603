"""What of the sweep a live API gets: what costs nothing, and what it must refuse."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.document import Contract
from contracts.exchange import Sent, json_request
from contracts.expectation.doubt import is_doubtful
from contracts.expectation.outcome import Expectation, Refused
from contracts.live.tiers import MOST_POLLS, POLL_SECONDS
from contracts.money.exposure import exposure, is_expected
from contracts.reading import fields_of
from contracts.rule import Live
from contracts.script import Call, Control, Follow, Script, Step, Submit, Wait
from contracts.sweep.values import NOT_AN_UPLOAD

LONGEST_WAIT_SECONDS = 120


class Selection:
    """The scripts of a sweep by what they may cost; of those about the same rule *most* are taken, None for all."""

    def __init__(self, contract: Contract, sweep: Sequence[Script], most: int | None) -> None:
        """Choose among *sweep*, scripts for the default policies of *contract*."""
        self._contract = contract
        self._sweep = sweep
        self._most = most
        self._expectation = Expectation(contract, contract.policies_with({}))

    def free(self) -> Iterator[Script]:
        """Yield scripts that no reading of the contract could bill."""
        for script in self._sweep:
            calls = [step for step in script.steps if isinstance(step, Call)]
            is_plain = len(calls) == len(script.steps)
            if is_plain and not any(exposure(call.sent, self._contract) for call in calls):
                yield self._held(script)

    def refused(self) -> Iterator[Script]:
        """Yield scripts of one submission that documented rules refuse."""
        yield from self._few(is_sure=True)

    def doubtful(self) -> Iterator[Script]:
        """Yield scripts of one request that is refused by inference only: a live API may accept, and bill it."""
        yield from self._few(is_sure=False)

    def observed(self) -> Iterator[Script]:
        """Yield, for each rule that is only observed, the script that exercises it by the fewest accepted jobs."""
        chosen: dict[str, Script] = {}
        payable = [script for script in self._sweep if self._is_payable(script)]
        for rule in self._contract.rules.values():
            about = [script for script in payable if rule.id in script.rules]
            if rule.live is Live.OBSERVE and about:
                script = min(about, key=lambda one: len(one.steps))
                chosen[script.name] = replace(script, steps=(*map(_at_leisure, script.steps),))
        yield from chosen.values()

    def _is_payable(self, script: Script) -> bool:
        """Tell whether *script* makes jobs, and nothing but time and money is needed for it."""
        path = self._contract.api.operations["submit"].path
        submits = [step for step in script.steps if isinstance(step, Submit)]
        waits = [step.seconds for step in script.steps if isinstance(step, Wait)]
        is_live = not any(isinstance(step, Control) for step in script.steps)
        return (
            bool(submits)
            and is_live
            and sum(waits) <= LONGEST_WAIT_SECONDS
            and all(
                is_expected(json_request("submit", "POST", path, spelled_out(step)), self._contract)
                for step in submits
            )
        )

    def _few(self, *, is_sure: bool) -> Iterator[Script]:
        taken: Counter[str] = Counter()
        for script in self._sweep:
            rules = self._rules(script, is_sure=is_sure)
            if rules and (self._most is None or any(taken[rule] < self._most for rule in rules)):
                taken.update(rules)
                yield replace(script, rules=rules, steps=script.steps[:1])

    def _rules(self, script: Script, *, is_sure: bool) -> tuple[str, ...]:
        """Return the rules that the one request of *script* breaks, none where it is of the other kind."""
        sent = _first(script, self._contract)
        if sent is None or any(self._is_held_back(rule) for rule in script.rules):
            return ()
        fields = fields_of(sent) or {}
        outcome = self._expectation.of(fields)
        if not isinstance(outcome, Refused):
            # A body that is good may be said to be something else; else it would be accepted.
            return () if is_sure or sent.says_json else script.rules
        if is_sure != self._is_sure(outcome, fields):
            return ()
        return tuple(sorted({broken.rule for broken in outcome.broken})) or ("REQ-MODEL",)

    def _is_sure(self, outcome: Refused, fields: Mapping[str, object]) -> bool:
        rules = self._contract.rules
        model = self._contract.models.get(str(fields.get("model")))
        return model is not None and all(
            rules[broken.rule].live is Live.ASSERT and not is_doubtful(broken, fields, model)
            for broken in outcome.broken
        )

    def _is_held_back(self, rule: str) -> bool:
        return self._contract.rules[rule].live is Live.NEVER

    def _held(self, script: Script) -> Script:
        rules = tuple(rule for rule in script.rules if not self._is_held_back(rule))
        return replace(script, rules=rules)


def _at_leisure(step: Step) -> Step:
    """Return *step* for jobs that take minutes."""
    if isinstance(step, Follow):
        return replace(step, seconds=POLL_SECONDS, most=MOST_POLLS)
    return step


def spelled_out(submit: Submit) -> dict[str, Any]:
    """Return the fields of *submit*, with something in place of its uploads."""
    return {**submit.fields, **dict.fromkeys(submit.files, NOT_AN_UPLOAD)}


def _first(script: Script, contract: Contract) -> Sent | None:
    """Return the submission that *script* begins with, None where it begins with anything else."""
    match script.steps[0]:
        case Submit(files=files) as step if not files:
            path = contract.api.operations["submit"].path
            return json_request("submit", "POST", path, step.fields, key=step.key)
        case Call(sent) if sent.operation == "submit" and exposure(sent, contract):
            return sent
        case _:
            return None
