"""What vouches for each rule, from the contract document."""

from collections import Counter
from collections.abc import Mapping

from contracts.document import Contract
from contracts.rule import Live, Provenance, Rule
from docs.markdown import code, table

MEANINGS: Mapping[Provenance, str] = {
    Provenance.DOCUMENTED: "the vendor says so, at least in part",
    Provenance.CLIENT: "seen in code that calls the API",
    Provenance.INFERRED: "nobody says so; our choice",
    Provenance.OURS: "of the emulator alone",
}


def counts(contract: Contract) -> str:
    """Return how many rules have which provenance, and what may be asserted of them live."""
    counted = Counter((rule.provenance, rule.live) for rule in contract.rules.values())
    rows = [
        [source, MEANINGS[source], *(str(counted[source, live]) for live in Live)]
        for source in Provenance
        if any(counted[source, live] for live in Live)
    ]
    return table(["provenance", "means", *(f"live: {live}" for live in Live)], rows)


def rule_by_rule(contract: Contract) -> str:
    """Return who vouches for each rule, by section."""
    sections: dict[str, list[Rule]] = {}
    for rule in contract.rules.values():
        sections.setdefault(rule.section, []).append(rule)
    return "\n\n".join(f"### {name}\n\n{_vouched(rules)}" for name, rules in sections.items())


def _vouched(rules: list[Rule]) -> str:
    rows = (
        (
            code(rule.id),
            rule.text,
            rule.provenance,
            rule.source,
            f"{rule.live}: {rule.live_note}" if rule.live_note else rule.live,
            code(rule.policy) if rule.policy else "",
        )
        for rule in rules
    )
    return table(("rule", "what it says", "provenance", "who says so", "live", "policy"), rows)
