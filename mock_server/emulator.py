"""The emulated service: accounts and what can be done in them, without a word of HTTP."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from starlette.types import Scope

from contracts.document import Contract
from mock_server import pricing
from mock_server.accounts import Account
from mock_server.clock import SECOND, Clock, ClockMode, Steady
from mock_server.commands import Command, Look
from mock_server.draw import draw
from mock_server.exchange import Exchange, Recorder
from mock_server.intake.finding import Finding
from mock_server.jobs import Job, JobError
from mock_server.journal import Journal
from mock_server.keys import is_reserved
from mock_server.latency import parse_latency
from mock_server.ledger import Ledger
from mock_server.planning import Terms, frame_of, plan_of, rerouted
from mock_server.problems import Problem
from mock_server.rate import RateWindow
from mock_server.request import Request
from mock_server.scenarios.catalogue import course_of
from mock_server.settings import Settings, SettingsError
from mock_server.shelf import Bounds
from mock_server.spend import Spend
from mock_server.storage import Storage
from mock_server.uploads import Received, Upload

LIMITED = "limited"
NO_CREDIT = "nocredit"
JOB_ID_HEX = 24
UPLOAD = "file_"
UPLOAD_ID_HEX = 24

Outcome = TypeVar("Outcome")


class News(NamedTuple):
    """What happened in an account: the number of its latest exchange, and the new ones, the oldest first."""

    number: int | None
    exchanges: Iterable[Exchange]


class Emulator:
    """All accounts of one emulator, opened when a key is first seen.

    Requests are numbered from *first_request*; *terms* are the policies and the latency of a new account.
    Where it *is_shared*, other processes may serve the same accounts.
    """

    first_request = 1
    is_shared = False

    def __init__(
        self,
        contract: Contract,
        settings: Settings,
        time: Callable[[], int],
        storage: Storage,
        *,
        keeps_journals: bool = True,
    ) -> None:
        """Emulate the API of *contract*; *time* gives the present in microseconds since the epoch.

        Files lie in *storage*. Requests are remembered if it *keeps_journals*.

        Raises:
            SettingsError: a policy or a latency that *contract* does not know.
        """
        self.contract = contract
        self.settings = settings
        self.time = Steady(time)
        self.spent_by_forgotten = 0
        self._forgotten = Spend()
        self._keeps_journals = keeps_journals
        self._accounts: dict[str, Account] = {}
        self._owners: dict[str, Account] = {}
        self.terms = _terms(contract, settings)
        self._storage = storage

    @property
    def spend(self) -> Spend:
        """What all jobs so far cost, those of forgotten accounts included."""
        return sum((account.spend for account in self._accounts.values()), self._forgotten)

    async def do(self, name: str, command: Command[Outcome]) -> Outcome:
        """Carry *command* out in the account *name*, opening it when it is new, and return what came of it.

        Raises:
            Exception: what the command raises, which has changed nothing then.
        """
        return self.apply(self.account(name), command)

    async def settled(self, account: Account) -> None:
        """Book what has ended in *account* by now, so that whoever asks often need not look at all of it each time."""
        if not account.is_settled:
            await self.do(account.name, Look())

    def apply(self, account: Account, command: Command[Outcome]) -> Outcome:
        """Carry *command* out in *account* at the present moment of its clock, by which it books what has ended."""
        account.settle()
        account.shelf.expire()
        return command.apply(self, account)

    async def present(self, name: str) -> Account:
        """Return the account *name* as it stands now, opening it when it is new."""
        return self.account(name)

    def account(self, name: str) -> Account:
        """Return the account *name*, opening it when it is new."""
        known = self._accounts.get(name)
        return known if known is not None else self._accounts.setdefault(name, self._open(name))

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, the one whose key came last first."""
        return sorted(self.opened(), key=lambda account: account.seen, reverse=True)

    def opened(self) -> Sequence[Account]:
        """Return the accounts that this process has opened."""
        return [*self._accounts.values()]

    def recorder(
        self,
        account_of: Callable[[Scope, Exchange], Account | None],  # noqa: ARG002 - each account has its journal
        timer: Callable[[], int],  # noqa: ARG002
    ) -> Recorder | None:
        """Return who writes requests down for other processes, whose each *account_of* tells; *timer* gives nanoseconds."""
        return None

    async def entries(self, account: Account) -> Iterable[Exchange]:
        """Return the exchanges in the journal of *account*, the latest first."""
        return account.journal.newest()

    async def news(self, name: str, after: int | None) -> News:  # noqa: ARG002 - its own accounts have none
        """Return the exchanges that other processes added to the account *name* behind the number *after*: here are none."""
        return News(after, ())

    async def clear_entries(self, account: Account) -> None:
        """Empty the journal of *account*."""
        account.journal.clear()

    async def close(self) -> None:
        """Let go of what accounts are kept in; whoever asks again opens it again."""

    def known(self, name: str) -> Account | None:
        """Return the account *name* if it is open."""
        return self._accounts.get(name)

    def forget(self, name: str) -> None:
        """Forget all of the account *name*, which is there; its next job is its first again."""
        account = self._accounts.pop(name)
        self.spent_by_forgotten += account.ledger.spent
        self._forgotten += account.spend
        for owned in (*(job.id for job in account.newest()), *account.upload_ids):
            self._owners.pop(owned, None)
        account.shelf.clear()

    async def owner(self, owned: str) -> Account | None:
        """Return the account that the job or the upload with the id *owned* belongs to."""
        return self.owned(owned)

    def owned(self, owned: str) -> Account | None:
        """Return what `owner` does, as far as this process knows it already."""
        return self._owners.get(owned)

    def keep(self, account: Account, received: Received) -> Upload:
        """Make what was *received* an upload of *account*."""
        number = len(account.upload_ids) + 1
        drawn = draw(self.settings.seed, account.name, "upload", number)
        upload = account.shelf.put(f"{UPLOAD}{drawn.hex()[:UPLOAD_ID_HEX]}", received)
        account.upload_ids.append(upload.id)
        self._owners[upload.id] = account
        return upload

    def submit(
        self,
        account: Account,
        request: Request,
        base_url: str,
        findings: tuple[Finding, ...] = (),
    ) -> Job:
        """Accept *request*, whose media are *findings*: hold its price and freeze its plan.

        Raises:
            Problem: ``insufficient_credits`` (rule CREDIT); no job exists then.
        """
        model = self.contract.models[request.model]
        quote = pricing.quote(request, model)
        ledger = account.booked
        if not ledger.can_hold(quote.price_micros):
            raise _insufficient(ledger, quote.price_micros)
        job = self._job(account, request, quote, base_url, findings)
        account.add(job)
        self._owners[job.id] = account
        return job

    def _job(
        self,
        account: Account,
        request: Request,
        quote: pricing.Quote,
        base_url: str,
        findings: tuple[Finding, ...],
    ) -> Job:
        model, terms = self.contract.models[request.model], account.terms
        drawn = draw(self.settings.seed, account.name, account.submitted + 1)
        seed = (
            int.from_bytes(drawn[-8:]) % (model.largest_drawn_seed + 1)
            if request.seed is None
            else request.seed
        )
        plan = plan_of(
            request, quote, model, seed=seed, terms=terms, error=self._media_error(findings)
        )
        course = course_of(request.scenarios)
        if course is not None:
            plan = rerouted(plan, course, model, self.contract.api.errors["upstream_error"])
        return Job(
            id=f"job_{drawn.hex()[:JOB_ID_HEX]}",
            model=model.id,
            mode=request.mode,
            prompt=request.prompt[: model.prompt_characters],
            seed=seed,
            submitted_at=account.clock.now(),
            base_url=base_url,
            quote=quote,
            frame=frame_of(request, quote, model, terms, findings),
            plan=plan,
            findings=findings,
            scenarios=request.scenarios,
        )

    def _media_error(self, findings: Iterable[Finding]) -> JobError | None:
        """Return why a job will fail for its media, which early refusals have not let come so far."""
        fault = next((found.fault for found in findings if found.fault is not None), None)
        if fault is None:
            return None
        kind = self.contract.api.errors["upstream_error"]
        message = f"{fault.code}: {fault.violation.message}"
        return JobError(code=kind.code, type=kind.type, message=message)

    def _source(self, name: str) -> Callable[[], int]:  # noqa: ARG002 - one for all
        """Return the time that the clock of the account *name* follows."""
        return self.time

    def _generation(self, name: str) -> int:  # noqa: ARG002 - its shelf is cleared when it is forgotten
        """Return a number that tells the account *name* from others of that name that were forgotten."""
        return 0

    def _open(self, name: str) -> Account:
        limits, settings = self.contract.api.limits, self.settings
        rpm = settings.rpm
        if rpm is None or is_reserved(name, LIMITED):
            rpm = limits.requests_per_minute
        balance = 0 if is_reserved(name, NO_CREDIT) else settings.balance_micros
        clock = Clock(self._source(name), ClockMode(settings.clock))
        bounds = Bounds(
            product_bytes=settings.product_bytes,
            upload_bytes=limits.upload_quota_bytes,
            upload_lifetime=limits.file_retention_seconds * SECOND,
        )
        account = Account(
            name,
            clock=clock,
            ledger=Ledger(balance),
            window=RateWindow(rpm, limits.rate_window_seconds),
            terms=self.terms,
            shelf=self._storage.shelf(name, bounds, clock.now, self._generation(name)),
        )
        if self._keeps_journals:
            account.journal = Journal(settings.journal_entries, settings.journal_bytes)
        return account


def _terms(contract: Contract, settings: Settings) -> Terms:
    profiles = next(iter(contract.models.values())).latency
    try:
        latency = parse_latency(settings.latency, profiles)
    except ValueError as error:
        raise SettingsError(f"latency={settings.latency!r} {error}") from None
    try:
        return Terms(policies=contract.policies_with(settings.policies), latency=latency)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _insufficient(ledger: Ledger, price: int) -> Problem:
    balance = ledger.balance
    assert balance is not None
    message = (
        f"the balance of US$ {pricing.show_dollars(balance)} does not cover the price of US$ {pricing.show_dollars(price)}; "
        "a shorter video, a lower resolution or a higher balance would do."
    )
    return Problem("insufficient_credits", message)
