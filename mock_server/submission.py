"""The submission of a job: what strikes it, and the job that it makes."""

from typing import TYPE_CHECKING, NamedTuple

from mock_server.accounts import Account
from mock_server.faults import Struck
from mock_server.intake.finding import Finding
from mock_server.jobs import Job
from mock_server.request import Request

if TYPE_CHECKING:
    from mock_server.emulator import Emulator


class Submitted(NamedTuple):
    """What came of a submission: a *job* unless what *struck* it stood in its place."""

    job: Job | None
    struck: Struck | None


class Submit(NamedTuple):
    """Make a job of *request*, whose media are *findings*, for who reached the emulator at *base_url*."""

    request: Request
    base_url: str
    findings: tuple[Finding, ...] = ()

    def apply(self, emulator: "Emulator", account: Account) -> Submitted:
        """Accept the request, unless a scenario is in the way; Problem where the balance does not cover it."""
        faults, named, prompt = account.faults, self.request.scenarios, self.request.prompt
        names = faults.acting(named, account.scenario)
        if not names:
            job = emulator.submit(account, self.request, self.base_url, self.findings)
            return Submitted(job, None)
        struck = faults.strike_submission(names, named, prompt)
        if struck is not None and struck.action.is_refusal:
            faults.acted((struck.by,), named, prompt)
            return Submitted(None, struck)
        request = self.request._replace(scenarios=names)
        job = emulator.submit(account, request, self.base_url, self.findings)
        faults.acted(names, named, prompt)
        faults.watch(job.id, names)
        return Submitted(job, struck)
