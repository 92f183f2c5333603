"""What happens in a run, in the order in which it does; reports know nothing else of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts.exchange import Exchange
from contracts.judge import Failure, Place, place_of
from contracts.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """*target* is going to be checked; *is_emulator* tells how it is treated, *scripts* how many there are to run."""

    target: str
    is_emulator: bool
    seed: int
    profile: str
    scripts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptDone:
    """A script is done, the *number*-th; *is_whole* tells that there was the money for all of it."""

    script: Script
    number: int
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBroken:
    """A rule is broken: *failure* is shown by *script*, whose exchanges are *history*.

    *engine* found it. *is_reproduced* tells that the script, as it stands here, has shown it once more by itself;
    *is_out_of_time* that its time was over before it was shown again, or before the script was as short as it gets,
    *not_replayed* why else it was not shown again. *is_known* tells that an earlier run knew of it.
    """

    failure: Failure
    script: Script
    history: tuple[Exchange, ...]
    engine: str
    is_reproduced: bool
    is_out_of_time: bool = False
    not_replayed: str = ""
    is_known: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether *history* is what the script led to, from its first step."""
        return self.is_reproduced or bool(self.not_replayed)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFailure:
    """A failure that an earlier run told of: what broke *rule*, and the *script* that shows it."""

    rule: str
    check: str
    operation: str
    pointer: str
    script: Script

    @property
    def place(self) -> Place:
        """What tells it from other failures."""
        return place_of(self.check, self.rule, self.operation, self.pointer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What became of the failures that an earlier run knew.

    *still* fail; *stale* are those that do not fail any more; of the *untold* nobody knows, since their rules were not
    checked, or the run ended too early.
    """

    still: Sequence[KnownFailure]
    stale: Sequence[KnownFailure]
    untold: Sequence[KnownFailure]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionGiven:
    """Schemathesis has given its opinion, or *trouble* says why it has none.

    It had *cases* sent; *dropped* more were not, since a gateway may answer them by itself.
    """

    cases: int = 0
    dropped: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """Nothing follows.

    *accepting* and *refusing* count how often each rule was exercised by requests that keep it and by such as break
    it; *not_checked* has the reason for each rule that was not, *not_reached* names what was left to try when the
    time was over. *calls* counts the exchanges, those that show failures again included, and *exchanges* are the
    first of them; *samples* has for each rule the first that exercised it, by keeping it and by breaking it. *cost* is
    what all of them may have cost at the worst, in micro-dollars, nothing on an emulator. *compared* tells what became
    of the failures of an earlier run, None where none was asked about. *notes* are what else a
    person must know, a sentence each.
    """

    accepting: Mapping[str, int]
    refusing: Mapping[str, int]
    not_checked: Mapping[str, str]
    calls: int
    jobs: int
    seconds: float
    is_complete: bool
    exchanges: Sequence[Exchange] = ()
    cost: int = 0
    not_reached: Sequence[str] = ()
    samples: Mapping[str, Sequence[Exchange]] = field(default_factory=dict)
    compared: Compared | None = None
    notes: tuple[str, ...] = ()


Event = RunStarted | ScriptDone | RuleBroken | OpinionGiven | RunFinished
