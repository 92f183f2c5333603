"""What has been seen so far: the accounts, jobs and uploads behind the exchanges of a run."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from contracts.books import amount_of, micros_of, worth_of
from contracts.document import Contract
from contracts.exchange import Exchange, Sent
from contracts.expectation.media import Known
from contracts.expectation.outcome import Accepted, Expectation, Refused
from contracts.forms import content_of
from contracts.passing import ACCOUNT
from contracts.reading import (
    fields_of,
    json_object,
    objects,
    path_of,
    query_of,
    target_of,
    told_cards,
    videos,
)
from contracts.routes import Routes
from contracts.seen import Account, File, Job
from contracts.specimens.catalogue import specimens
from contracts.specimens.specimen import ABSENT, Specimen
from contracts.strictness import flaw_of

UNKNOWN_KEY = 401
ACCEPTED = range(200, 300)
DATA, UPLOADED = "data:", "bunny://"


class History:
    """Everything that a check may look at besides the exchange itself; it takes in one exchange after another.

    *policies* are those that the target is believed to run under (name to value); *is_emulator* tells that every
    rule holds exactly.
    """

    def __init__(
        self, contract: Contract, policies: Mapping[str, str], *, is_emulator: bool
    ) -> None:
        """Begin with nothing seen."""
        self.contract = contract
        self.policies = policies
        self.is_emulator = is_emulator
        self.routes = Routes(contract.api)
        self._expectation = Expectation(contract, policies)
        self._expected: tuple[Sent | None, Accepted | Refused | None] = (None, None)
        self.accounts: dict[str, Account] = {}
        self.jobs: dict[str, Job] = {}
        self.videos: dict[str, Job] = {}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, File] = {}
        self.cards: dict[str, Mapping[str, Any]] = {}

    @property
    def list_limit(self) -> int:
        """How many jobs a list has at the most if nobody says."""
        return self._limit("list")

    @property
    def usage_limit(self) -> int:
        """How many events a usage page has at the most if nobody says."""
        return self._limit("usage")

    def _limit(self, operation: str) -> int:
        parameters = self.contract.api.operations[operation].query
        return next(int(one.schema["default"]) for one in parameters if one.name == "limit")

    def account(self, sent: Sent) -> Account | None:
        """Return the account of the key of *sent*; labels behind a dot share it."""
        if sent.key is None:
            return None
        name = sent.key.partition(".")[0]
        return self.accounts.setdefault(name, Account(name))

    def outcome(self, sent: Sent) -> Accepted | Refused | None:
        """Return what the submission *sent* must lead to, None where it is no submission of a JSON object."""
        if self._expected[0] is not sent:  # every check asks for the same one
            is_submission = self.routes.operation(sent) == "submit" and sent.says_json
            is_read = is_submission and self.flaw(sent) is None
            fields = fields_of(sent) if is_read else None
            known = self._known(sent)
            self._expected = sent, None if fields is None else self._expectation.of(fields, known)
        return self._expected[1]

    def _known(self, sent: Sent) -> Known:
        """Return what is known of the media of *sent*."""
        account = self.account(sent)
        return partial(self.specimen, account="" if account is None else account.name)

    def is_disputed(self, sent: Sent) -> bool:
        """Tell whether another policy than those believed would refuse *sent*, a submission that they accept."""
        fields = fields_of(sent) or {}
        others = [
            {**self.policies, name: value}
            for name, policy in self.contract.policies.items()
            for value in policy.values
        ]
        known = self._known(sent)
        outcomes = (Expectation(self.contract, one).of(fields, known) for one in others)
        return any(isinstance(found, Refused) or found.doubted for found in outcomes)

    def flaw(self, sent: Sent) -> str | None:
        """Return what only lenient readers of JSON take in the body of *sent*, None where nothing is (REQ-STRICT)."""
        return flaw_of(sent.body or b"", self.contract.api.limits.max_depth)

    def job_of(self, sent: Sent) -> Job | None:
        """Return the job that the path of *sent* names, if it is one that was seen to be accepted."""
        name = self.routes.parameters(sent).get("job_id")
        return None if name is None else self.jobs.get(name)

    def video_of(self, sent: Sent) -> Job | None:
        """Return the job whose video *sent* asks for."""
        return self.videos.get(path_of(sent.target))

    def file_of(self, sent: Sent) -> File | None:
        """Return the upload that *sent* asks for by its URL."""
        return self.uploads.get(path_of(sent.target))

    def specimen(self, source: str, account: str) -> Specimen | None:
        """Return what is at *source* for *account*, as far as the kit made that: a ``data:`` URI, or an upload."""
        if source.startswith(DATA):
            return next((one for one in self._specimens() if one.uri == source), None)
        if not source.startswith(UPLOADED):
            return None
        files = (file for file in self.files.values() if file.account == account)
        file = next((file for file in files if file.path == source), None)
        if file is None:
            return ABSENT
        return next((one for one in self._specimens() if one.content == file.content), None)

    def _specimens(self) -> Iterator[Specimen]:
        for model in self.contract.models.values():
            yield from specimens(model.media)

    def take(self, exchange: Exchange) -> None:
        """Take in what *exchange* tells."""
        sent, answer = exchange.sent, exchange.answer
        video = self.video_of(sent)
        is_whole = answer is not None and answer.status == 200 and sent.method == "GET"
        if video is not None and answer is not None and is_whole and video.content is None:
            video.etag, video.content = video.etag or answer.headers.get("etag"), answer.body
        operation = self.routes.operation(sent)
        for card in () if answer is None else told_cards(operation, answer):
            self.cards.setdefault(str(card.get("id")), card)
        account = self.account(sent)
        if account is None:
            return
        if operation is not None and (answer is None or answer.status != UNKNOWN_KEY):
            account.requests.append(exchange.at)
        body = json_object(answer) if answer is not None and answer.status in ACCEPTED else None
        if body is None:
            return
        if operation is None and sent.target == ACCOUNT:
            _take_terms(exchange, account, body)
        else:
            self._take_body(exchange, account, body)

    def _take_body(self, exchange: Exchange, account: Account, body: Mapping[str, Any]) -> None:
        match self.routes.operation(exchange.sent):
            case "submit":
                self._take_submission(exchange, account, body)
            case "job" | "cancel":
                self._take_job(exchange, body)
            case "list":
                self._take_list(exchange, account, body)
            case "usage":
                self._take_usage(exchange, account, body)
            case "upload":
                self._take_upload(exchange, account, body)
            case "sign":
                self._take_signed(exchange, body)
            case _:
                pass

    def _take_submission(
        self, exchange: Exchange, account: Account, body: Mapping[str, Any]
    ) -> None:
        job_id, fields = body.get("job_id"), fields_of(exchange.sent)
        outcome = self.outcome(exchange.sent)
        if not isinstance(job_id, str) or fields is None or outcome is None or job_id in self.jobs:
            return
        job = Job(job_id, account.name, fields, outcome, exchange)
        self.jobs[job_id] = account.jobs[job_id] = job

    def _take_job(self, exchange: Exchange, body: Mapping[str, Any]) -> None:
        job = self.jobs.get(str(body.get("job_id")))
        if job is None:
            return
        job.tell(exchange, body)
        if self.routes.operation(exchange.sent) == "cancel":
            job.is_cancelling = True
        for video in videos(body):
            self.videos.setdefault(path_of(video.get("url")), job)

    def _take_list(self, exchange: Exchange, account: Account, body: Mapping[str, Any]) -> None:
        jobs = objects(body.get("data"))
        if not query_of(exchange.sent):
            has_all = len(jobs) < self.list_limit
            account.strangers = self.strangers(jobs) if has_all else None
        for told in jobs:
            self._take_job(exchange, told)

    def strangers(self, jobs: Sequence[Mapping[str, Any]]) -> frozenset[str]:
        """Return the ids of those of *jobs* that nobody was seen to submit."""
        return frozenset(str(told.get("job_id")) for told in jobs) - self.jobs.keys()

    def _take_usage(self, exchange: Exchange, account: Account, body: Mapping[str, Any]) -> None:
        for event in objects(body.get("data")):
            job = self.jobs.get(str(event.get("job_id")))
            if job is not None:
                job.is_booked = True
        _take_books(exchange, account, body)

    def _take_upload(self, exchange: Exchange, account: Account, body: Mapping[str, Any]) -> None:
        content = content_of(exchange.sent)
        names = [body.get(name) for name in ("id", "path", "url")]
        if content is None or not all(isinstance(name, str) and name for name in names):
            return
        id_, path, url = map(str, names)
        file = File(id_, account.name, path, url, content, exchange)
        self.files[id_] = self.uploads[path_of(url)] = file

    def _take_signed(self, exchange: Exchange, body: Mapping[str, Any]) -> None:
        target = target_of(body.get("url"))
        path = path_of(target)
        signed = self.videos.get(path) or self.uploads.get(path)
        if signed is not None:
            signed.signed[target] = exchange.at


def _take_terms(exchange: Exchange, account: Account, body: Mapping[str, Any]) -> None:
    """Take in what the control interface tells of *account*; what it changes is not earned or spent."""
    micros, rpm = micros_of(body.get("balance")), body.get("rpm")
    account.balance = None if micros is None else (micros, exchange.number)
    account.rpm = rpm if isinstance(rpm, int) else None
    changed = fields_of(exchange.sent) or {}
    if "balance" in changed:
        account.worth = None
    if "rpm" in changed:
        account.requests.clear()


def _take_books(exchange: Exchange, account: Account, body: Mapping[str, Any]) -> None:
    micros = amount_of(body.get("balance"))
    account.balance = None if micros is None else (micros, exchange.number)
    account.events.update(str(event.get("id")) for event in objects(body.get("data")))
    if not query_of(exchange.sent):
        account.worth = worth_of(account.jobs.values(), body)
