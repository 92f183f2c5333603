"""The same request with the same seed, twice."""

from collections.abc import Iterator

from contracts.checks.downloads import whole_video
from contracts.exchange import Exchange
from contracts.history import History
from contracts.verdict import Verdict, holds

RULE, SEED = "OUT-SEED", "seed"


def same_seed_gives_the_same_video(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """OUT-SEED: the same request with the same seed gives the same bytes, with another seed it gives others."""
    found = whole_video(exchange, history)
    if found is None or not history.is_emulator or SEED not in found[0].fields:
        return
    job, content = found
    for other in history.jobs.values():
        if other is job or other.content is None or other.fields.keys() != job.fields.keys():
            continue
        different = {name for name in job.fields if job.fields[name] != other.fields[name]}
        if different <= {SEED}:
            yield holds(
                RULE,
                kept=(content == other.content) == (not different),
                expected=f"{'other' if different else 'the same'} bytes as {other.id}",
                received=f"{len(content)} bytes",
            )
