"""Fill the parts of the README that come from the contract document: ``make readme``."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from contracts.document import Contract, load
from contracts.rule import Live, Provenance
from mock_server.tables import policies_as_markdown, prices_as_markdown, rules_as_markdown

README = Path(__file__).parent.parent / "README.md"

MEANINGS: Mapping[Provenance, str] = {
    Provenance.DOCUMENTED: "the vendor says so, at least in part",
    Provenance.CLIENT: "seen in code that calls the API",
    Provenance.INFERRED: "nobody says so; our choice",
    Provenance.OURS: "of the emulator alone",
}


def provenance(contract: Contract) -> str:
    """Return how many rules have which provenance, and what may be asserted of them live."""
    counts = Counter((rule.provenance, rule.live) for rule in contract.rules.values())
    head = ["provenance", "means", *(f"live: {live}" for live in Live)]
    rows = [
        [source, MEANINGS[source], *(str(counts[source, live]) for live in Live)]
        for source in Provenance
        if any(counts[source, live] for live in Live)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


BLOCKS: Mapping[str, Callable[[Contract], str]] = {
    "provenance": provenance,
    "policies": policies_as_markdown,
    "prices": lambda contract: prices_as_markdown(contract.models["wan-2-6"]),
    "rules": rules_as_markdown,
}


def fill(text: str, contract: Contract) -> str:
    """Return *text* with each generated block as *contract* has it."""
    for name, block in BLOCKS.items():
        pattern = rf"<!-- {name} -->\n.*?<!-- /{name} -->"
        filled = f"<!-- {name} -->\n\n{block(contract)}\n\n<!-- /{name} -->"
        text, count = re.subn(pattern, filled.replace("\\", r"\\"), text, flags=re.DOTALL)
        assert count == 1, f"the README has {count} blocks {name!r}"
    return text


if __name__ == "__main__":
    README.write_text(fill(README.read_text(encoding="utf-8"), load()), encoding="utf-8")
