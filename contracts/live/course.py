"""The course of one script: how far it has come, and what was exchanged and found on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.driver import Driver
from contracts.exchange import Exchange
from contracts.judge import Failure
from contracts.money.guard import NotSentError
from contracts.requests import Names
from contracts.script import Script, Step, Submit


@dataclass(slots=True)
class Course:
    """*script* as it is carried out, and what was *found*; *shortage* tells why a request was not sent, if one was not.

    *has_surprised* tells that something of it was accepted against all expectation.
    """

    script: Script
    names: Names = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    found: list[Failure] = field(default_factory=list)
    shortage: str | None = None
    has_surprised: bool = False

    def go(self, driver: Driver, steps: Sequence[Step]) -> None:
        """Carry out *steps* of the script, up to one that the budget does not cover."""
        try:
            for step in steps:
                self.found += driver.step(step, self.names)
        except NotSentError as error:
            self.shortage = str(error)
        finally:
            self.found += driver.take()
            self.exchanges += driver.recording.take()

    def until(self, failure: Failure) -> tuple[Exchange, ...]:
        """Return what was exchanged up to what shows *failure*."""
        return (*(one for one in self.exchanges if one.number <= failure.exchange.number),)


def halves(script: Script) -> tuple[Sequence[Step], Sequence[Step]]:
    """Return the steps of *script* up to its submission, and those after it."""
    at = next((at for at, step in enumerate(script.steps, 1) if isinstance(step, Submit)), 0)
    return script.steps[:at], script.steps[at:]
