"""Findings: differences, and what was observed elsewhere, each with who is likely wrong."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.document import Contract
from contracts.drift.blame import Blame, Says, blame
from contracts.drift.cards import RULE
from contracts.drift.difference import Change, Difference, Level
from contracts.drift.observed import Observation, Observed, Seen
from contracts.drift.values import ABSENT, shown
from contracts.rule import Live, Provenance

VOUCHING = frozenset({Provenance.DOCUMENTED, Provenance.CLIENT})
NOT_SEEN = Seen(Says.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place, what the four sides have there, and who is likely *wrong*.

    *document* and *live* are JSON values, `ABSENT` where a side has nothing; where *is_published* is false, nothing
    that is published tells of the place, and *document* has the words of a report.
    """

    level: Level
    change: Change
    rule: str | None
    source: str
    pointer: str
    document: Any
    live: Any
    emulator: Seen
    accepted: Seen
    wrong: Blame
    is_published: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """What *runs* of `wan-mock check` saw, and what is known of the target of this look.

    *cards* are the requests that answer cards, as operations of the contract; *is_readable* tells that all cards
    could be read.
    """

    contract: Contract
    runs: Sequence[Observed]
    is_emulator: bool
    is_readable: bool
    cards: frozenset[str]

    def findings(self, differences: Sequence[Difference]) -> list[Finding]:
        """Return *differences*, and what was observed of rules that have none, the worst first."""
        told = {difference.rule for difference in differences}
        found = [
            *map(self._different, differences),
            *(self._observed(rule, one) for rule, one in self._observations() if rule not in told),
        ]
        order = [*Level]
        return sorted(found, key=lambda finding: order.index(finding.level))

    def _different(self, difference: Difference) -> Finding:
        rule, pointer = difference.rule, difference.pointer
        live, emulator = Says.OTHER, self._seen(rule, pointer, is_emulator=True)
        if self.is_emulator:
            # What it publishes is what an emulator does; no live API was asked.
            live, emulator = Says.SILENT, Seen(Says.OTHER, shown(difference.live))
        accepted = self._seen(rule, pointer, is_emulator=False)
        wrong = blame(
            live=live,
            emulator=emulator.says,
            accepted=accepted.says,
            is_vouched=self._is_vouched(difference),
        )
        return Finding(
            level=difference.level,
            change=difference.change,
            rule=rule,
            source=difference.source,
            pointer=pointer,
            document=difference.document,
            live=difference.live,
            emulator=emulator,
            accepted=accepted,
            wrong=Blame.NOBODY if difference.level is Level.INFORMATIONAL else wrong,
        )

    def _observed(self, rule: str, one: Observation) -> Finding:
        emulator = self._seen(rule, one.pointer, is_emulator=True)
        accepted = self._seen(rule, one.pointer, is_emulator=False)
        known = self.contract.rules.get(rule)
        is_firm = known is not None and known.live is Live.ASSERT
        return Finding(
            level=Level.BREAKING if is_firm else Level.COMPATIBLE,
            change=Change.CHANGED,
            rule=rule,
            source=one.request,
            pointer=one.pointer,
            document=one.expected,
            live=ABSENT,
            emulator=emulator,
            accepted=accepted,
            wrong=blame(
                live=self._published(rule),
                emulator=emulator.says,
                accepted=accepted.says,
                is_vouched=False,
            ),
            is_published=False,
        )

    def _observations(self) -> Iterator[tuple[str, Observation]]:
        """Yield what was observed of each rule, once for each place."""
        places: set[tuple[str, str, str]] = set()
        for run in self.runs:
            for rule, several in run.observations.items():
                for one in several:
                    place = (rule, one.request, one.pointer)
                    if place not in places:
                        places.add(place)
                        yield rule, one

    def _seen(self, rule: str | None, pointer: str, *, is_emulator: bool) -> Seen:
        """Return what the runs against an emulator, or against a live API, saw; the latest that saw anything counts."""
        seen = NOT_SEEN
        for run in self.runs:
            if run.is_emulator is is_emulator:
                told = run.at(rule, pointer, self.cards)
                seen = seen if told.says is Says.UNKNOWN else told
        return seen

    def _published(self, rule: str) -> Says:
        """Return what is published of a rule that has no difference."""
        if self.is_emulator or rule not in self._rules_of_cards():
            return Says.SILENT
        return Says.SAME if self.is_readable else Says.UNKNOWN

    def _rules_of_cards(self) -> set[str]:
        rules = {RULE}
        for model in self.contract.models.values():
            fields = model.properties.values()
            rules.update(field["x-rule"] for field in fields if field.get("x-published"))
            rules.update(rate.rule for rate in model.rates)
        return rules

    def _is_vouched(self, difference: Difference) -> bool:
        rule = self.contract.rules.get(difference.rule or "")
        says_so = [difference.provenance, None if rule is None else rule.provenance]
        known = [one for one in says_so if one is not None]
        return bool(known) and VOUCHING.issuperset(known)


def is_drift(findings: Iterable[Finding]) -> bool:
    """Tell whether anything of *findings* is drift: what is informational is not."""
    return any(finding.level is not Level.INFORMATIONAL for finding in findings)
