"""The page of the tables: each measurement has a block of its own, and says how it was made."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers.field import Field
from benchmarks.peers.result import Result, as_markdown
from contracts.document import load
from docs.generate import fill


def section(
    name: str, results: Sequence[Result], field: Field, busy: float, missing: Mapping[str, str]
) -> str:
    """Return the block of the measurement *name*, before which the load average was *busy*."""
    plan = field.plan
    versions = ", ".join(f"{peer.name} {peer.version}" for peer in field.peers.values())
    parts = [
        f"`python -m benchmarks.peers --only {name} --rounds {plan.rounds} --seconds {plan.seconds}`,"
        f" on {os.cpu_count()} cores under Python {platform.python_version()},"
        f" at a load average of {busy:.0f} before it began. {versions}.",
        *(f"{peer} was left out: {why}." for peer, why in missing.items()),
        as_markdown(results),
    ]
    return "\n\n".join(parts)


def write(page: Path, name: str, content: str) -> None:
    """Put *content* into the block *name* of *page*."""
    text = page.read_text(encoding="utf-8")
    page.write_text(fill(text, load(), {name: lambda _: content}), encoding="utf-8")
