"""The commands: each change of an account as a value, which is carried out the same wherever its account is kept.

What a command does follows from the account, the moment and the command alone.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from mock_server.accounts import Account
from mock_server.clock import ClockMode
from mock_server.faults import Fault, FaultTerms, Struck
from mock_server.jobs import Job, JobError
from mock_server.latency import Choice
from mock_server.lifecycle import JobState
from mock_server.problems import Problem
from mock_server.rate import RateWindow
from mock_server.uploads import Received, Upload

if TYPE_CHECKING:
    from mock_server.emulator import Emulator

Outcome_co = TypeVar("Outcome_co", covariant=True)


class Command(Protocol[Outcome_co]):
    """A change of an account."""

    def apply(self, emulator: "Emulator", account: Account) -> Outcome_co:
        """Change *account*, one of *emulator*'s, at the present moment of its clock, and return what came of it."""
        ...


class Look(NamedTuple):
    """Book what has ended by now."""

    def apply(self, emulator: "Emulator", account: Account) -> None:
        """Change nothing else: before every command, what has ended is booked."""


class Count(NamedTuple):
    """Count a request in the rate window (rule LIMIT-RPM)."""

    def apply(self, emulator: "Emulator", account: Account) -> int | None:  # noqa: ARG002 - a command
        """Return after how many seconds another would pass, None if this one does."""
        return account.window.count(account.clock.now())


class Poll(NamedTuple):
    """Show the state of a job."""

    job_id: str

    def apply(self, emulator: "Emulator", account: Account) -> tuple[JobState, int]:  # noqa: ARG002 - a command
        """Return the state, and when that is."""
        return account.poll(_job(account, self.job_id))


class Ending(StrEnum):
    """How somebody ends a job before its time."""

    CANCEL = "cancel"
    FINISH = "finish"
    FAIL = "fail"


class End(NamedTuple):
    """End a job, with an *error* where it is to fail."""

    job_id: str
    ending: Ending
    error: JobError | None = None

    def apply(self, emulator: "Emulator", account: Account) -> Job:  # noqa: ARG002 - a command
        """Return the job as it is then; one that had ended comes back unchanged."""
        job = _job(account, self.job_id)
        if self.error is not None:
            return account.fail(job, self.error)
        return account.cancel(job) if self.ending is Ending.CANCEL else account.finish(job)


class Keep(NamedTuple):
    """Make a file that has come in an upload."""

    received: Received

    def apply(self, emulator: "Emulator", account: Account) -> Upload:
        """Return the upload."""
        return emulator.keep(account, self.received)


class Strike(NamedTuple):
    """Let faults and scenarios strike a request of *operation*, about a job where there is one."""

    operation: str
    job_id: str | None
    is_head: bool

    def apply(self, emulator: "Emulator", account: Account) -> Struck | None:  # noqa: ARG002 - a command
        """Return what strikes it."""
        on_job = None
        if self.job_id is not None:
            on_job = account.faults.strike_on_job(self.operation, self.job_id, is_head=self.is_head)
        return account.faults.strike(self.operation) or on_job


class AddFault(NamedTuple):
    """Ask for a fault."""

    terms: FaultTerms

    def apply(self, emulator: "Emulator", account: Account) -> Fault:  # noqa: ARG002 - a command
        """Return the fault; TooManyError where the account has too many."""
        return account.faults.add(self.terms)


class RemoveFault(NamedTuple):
    """Take a fault away."""

    fault_id: str

    def apply(self, emulator: "Emulator", account: Account) -> bool:  # noqa: ARG002 - a command
        """Tell whether it was there."""
        return account.faults.remove(self.fault_id)


class ClearFaults(NamedTuple):
    """Take all faults away."""

    def apply(self, emulator: "Emulator", account: Account) -> None:  # noqa: ARG002 - a command
        """Leave the scenarios of jobs."""
        account.faults.clear()


class SetClock(NamedTuple):
    """Make the clock run in another way."""

    mode: ClockMode

    def apply(self, emulator: "Emulator", account: Account) -> None:  # noqa: ARG002 - a command
        """Change the mode."""
        account.clock.enter(self.mode)


class Advance(NamedTuple):
    """Move the clock forward."""

    seconds: int | Decimal

    def apply(self, emulator: "Emulator", account: Account) -> None:  # noqa: ARG002 - a command
        """Go forward; ValueError for a number of seconds that cannot be."""
        account.clock.advance(self.seconds)


class Change(NamedTuple):
    """Set those of the account's settings that *names* has, for the jobs submitted afterwards."""

    names: tuple[str, ...]
    balance: int | None = None
    rpm: int = 0
    latency: Choice = 0.0
    scenario: str | None = None
    policies: Mapping[str, str] = {}

    def apply(self, emulator: "Emulator", account: Account) -> None:
        """Set all of them; of the policies, those that are not named stay."""
        contract = emulator.contract
        if "balance" in self.names:
            account.booked.balance = self.balance
        if "rpm" in self.names:
            account.window = RateWindow(self.rpm, contract.api.limits.rate_window_seconds)
        if "latency" in self.names:
            account.terms = account.terms._replace(latency=self.latency)
        if "scenario" in self.names:
            account.scenario = self.scenario
        if "policies" in self.names:
            policies = contract.policies_with({**account.terms.policies, **self.policies})
            account.terms = account.terms._replace(policies=policies)


class Forget(NamedTuple):
    """Forget the account."""

    def apply(self, emulator: "Emulator", account: Account) -> None:
        """Leave nothing: its next job is its first again."""
        emulator.forget(account.name)


def _job(account: Account, job_id: str) -> Job:
    """Return the job, which was there when the command was sent.

    Raises:
        Problem: ``job_not_found``, the account was forgotten since.
    """
    job = account.job(job_id)
    if job is None:
        message = f"job {job_id} is not known any more; its account was forgotten."
        raise Problem("job_not_found", message)
    return job
