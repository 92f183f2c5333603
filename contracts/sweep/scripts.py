"""All scripts of the sweep."""

from collections.abc import Mapping

from contracts.document import Contract
from contracts.script import Script
from contracts.sweep import (
    callers,
    downloads,
    fields,
    files,
    limits,
    lives,
    media,
    modes,
    pairs,
    queries,
    strictness,
)

# Rules that no script is about, each with the reason.
LEFT_OUT = {
    "REQ-SIZE": "a body that is too large for the API may be refused by any gateway in between, too",
}


def all_scripts(contract: Contract, policies: Mapping[str, str]) -> tuple[Script, ...]:
    """Return the scripts derived from *contract*, for a target that runs under *policies* (name to value)."""
    return (
        *callers.scripts(contract),
        *strictness.scripts(contract),
        # While an account has few jobs, one usage page tells of all of them.
        *limits.scripts(contract),
        *lives.scripts(contract),
        *queries.scripts(contract),
        *fields.scripts(contract, policies),
        *modes.scripts(contract),
        *pairs.scripts(contract, policies),
        # Decoding takes longer than anything else: whoever ends at the first failure is spared most of it.
        *(script for model in contract.models.values() for script in downloads.scripts(model)),
        *media.scripts(contract),
        *files.scripts(contract),
    )
