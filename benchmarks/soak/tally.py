"""What the clients have seen: how many jobs, how long answers took, and which answers nobody had asked for."""

from collections import Counter, defaultdict

from benchmarks.soak.asks import BROKEN, SILENT, Answer, Ask

NAMES = {BROKEN: "an end of the connection", SILENT: "no answer"}
WORDS = 200  # of an answer's body that are kept, in bytes


class Tally:
    """Counts as answers come in.

    *jobs* were made so far, of which *kept* belong to accounts that are not forgotten. *unexpected* counts
    answers by what they were, and *examples* has the body of the first of each.
    """

    def __init__(self) -> None:
        self.jobs = 0
        self.kept = 0
        self.requests = 0
        self.events = 0
        self.unexpected = Counter[str]()
        self.examples: dict[str, str] = {}
        self._milliseconds: defaultdict[str, list[float]] = defaultdict(list)

    def saw(self, ask: Ask, answer: Answer, seconds: float) -> None:
        """Count *answer*, which came so many *seconds* after *ask*."""
        self.requests += 1
        self._milliseconds[ask.operation].append(seconds * 1000)
        if answer.status != ask.status:
            self.wondered(
                f"{ask.operation}: {_name(answer.status)} in place of {_name(ask.status)}",
                answer.body[:WORDS].decode(errors="replace"),
            )

    def wondered(self, what: str, words: str) -> None:
        """Count *what* nobody had asked for, and keep the *words* of the first."""
        self.unexpected[what] += 1
        self.examples.setdefault(what, words)

    def taken(self) -> dict[str, list[float]]:
        """Return the milliseconds of the answers by operation since this was asked last."""
        taken, self._milliseconds = self._milliseconds, defaultdict(list)
        return taken


def _name(status: int) -> str:
    return NAMES.get(status, str(status))
