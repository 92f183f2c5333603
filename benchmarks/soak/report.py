"""A run as a few lines of text, and as JSON with every sample."""

import dataclasses
import json
from collections.abc import Sequence

from benchmarks.soak.traffic import Run
from benchmarks.soak.verdict import Check


def heading(run: Run) -> str:
    """Return what was done, in a line."""
    tally, minutes = run.tally, run.samples[-1].seconds / 60
    return (
        f"{tally.jobs:,} jobs and {tally.requests:,} requests in {minutes:.1f} minutes, "
        f"{tally.events:,} events heard, seed {run.plan.seed}"
    )


def as_text(run: Run, checks: Sequence[Check]) -> str:
    """Return the verdict, and what nobody had asked for."""
    is_flat = all(check.is_met for check in checks)
    width = max(len(check.name) for check in checks)
    lines = [
        heading(run),
        *(
            f"{'ok    ' if check.is_met else 'BROKEN'}  {check.name:{width}}  {check.found}; {check.bound}"
            for check in checks
        ),
        "flat" if is_flat else "not flat",
    ]
    for what, times in run.tally.unexpected.most_common():
        lines += [f"{times:,} times {what}", f"    {run.tally.examples[what]}"]
    return "\n".join([*lines, ""])


def as_json(run: Run, checks: Sequence[Check]) -> str:
    """Return all that was seen, for comparing two runs."""
    page = {
        "plan": dataclasses.asdict(run.plan),
        "requests": run.tally.requests,
        "events": run.tally.events,
        "checks": [dataclasses.asdict(check) for check in checks],
        "unexpected": dict(run.tally.unexpected),
        "examples": run.tally.examples,
        "before": dataclasses.asdict(run.before),
        "samples": [dataclasses.asdict(sample) for sample in run.samples],
        "after": dataclasses.asdict(run.after),
    }
    return json.dumps(page, indent=1) + "\n"
