"""What was measured of the peers, as Markdown and as JSON."""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.table import spread
from docs.markdown import table

NOTHING = "-"

Samples = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Result:
    """One table: a line for each subject, such as a peer, with the samples of each column."""

    title: str
    subject: str
    columns: Sequence[str]
    rows: Mapping[str, Sequence[Samples]]
    """Samples by column; without any where the subject cannot do what is measured."""
    problems: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Why a subject was not measured, in a line."""

    def as_markdown(self) -> str:
        """Return heading and table: medians, and least and most in brackets."""
        rows = [
            (name, *(spread(samples) or NOTHING for samples in row))
            for name, row in self.rows.items()
        ]
        rows += [
            (name, why, *[""] * (len(self.columns) - 1)) for name, why in self.problems.items()
        ]
        return f"### {self.title}\n\n{table((self.subject, *self.columns), rows)}"


def as_markdown(results: Iterable[Result]) -> str:
    """Return all tables, one under the other."""
    return "\n\n".join(result.as_markdown() for result in results)


def as_json(results: Iterable[Result]) -> str:
    """Return every sample, for comparing two runs."""
    return json.dumps([dataclasses.asdict(result) for result in results], indent=2) + "\n"


def ratios(samples: Samples, ours: Samples) -> Samples:
    """Return *samples* to *ours*, round by round: what slows a whole round down slows both."""
    return [one / other for one, other in zip(samples, ours, strict=False) if other]
