"""What happens in a run, in the order in which it does; reports know nothing else of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.exchange import Exchange
from contracts.judge import Failure
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
    """A script of the sweep is done, the *number*-th."""

    script: Script
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBroken:
    """A rule is broken: *failure* is shown by *script*, whose exchanges are *history*.

    *engine* found it. *is_reproduced* tells that the script, as it stands here, has shown it once more by itself;
    *not_replayed* why that was not tried, where it was not.
    """

    failure: Failure
    script: Script
    history: tuple[Exchange, ...]
    engine: str
    is_reproduced: bool
    not_replayed: str = ""


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
    it; *not_checked* has the reason for each rule that was not. *exchanges* are all of the run, those that show
    failures again included; *cost* is what they may have cost at the worst, in micro-dollars, nothing on an emulator.
    *notes* are what else a person must know, a sentence each.
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
    notes: tuple[str, ...] = ()


Event = RunStarted | ScriptDone | RuleBroken | OpinionGiven | RunFinished
