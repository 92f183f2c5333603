"""Fill the parts of README and docs that come from the contract document and the catalogue: ``make readme``."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from contracts.document import Contract, load
from contracts.rule import Live, Provenance
from mock_server.scenarios.catalogue import SCENARIOS
from mock_server.tables import (
    policies_as_markdown,
    prices_as_markdown,
    rules_as_markdown,
    scenarios_as_markdown,
)

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"

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


Blocks = Mapping[str, Callable[[Contract], str]]

BLOCKS: Mapping[Path, Blocks] = {
    README: {
        "provenance": provenance,
        "policies": policies_as_markdown,
        "prices": lambda contract: prices_as_markdown(contract.models["wan-2-6"]),
        "rules": rules_as_markdown,
    },
    DOCS / "scenarios.md": {
        "scenarios": lambda _: scenarios_as_markdown(SCENARIOS.values()),
    },
}


def fill(text: str, contract: Contract, blocks: Blocks) -> str:
    """Return *text* with each of the generated *blocks* as *contract* has it."""
    for name, block in blocks.items():
        pattern = rf"<!-- {name} -->\n.*?<!-- /{name} -->"
        filled = f"<!-- {name} -->\n\n{block(contract)}\n\n<!-- /{name} -->"
        text, count = re.subn(pattern, filled.replace("\\", r"\\"), text, flags=re.DOTALL)
        assert count == 1, f"there are {count} blocks {name!r}"
    return text


if __name__ == "__main__":
    for path, blocks in BLOCKS.items():
        filled = fill(path.read_text(encoding="utf-8"), load(), blocks)
        path.write_text(filled, encoding="utf-8")
