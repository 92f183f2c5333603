"""What Schemathesis finds by itself: its own checks and phases, as ``st run`` has them, and nothing of the kit's."""

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import schemathesis
from schemathesis.config import (
    AnalysisConfig,
    CacheConfig,
    ConstantsConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import ScenarioFinished
from schemathesis.python.asgi import shutdown_lifespans

from contracts.asgi import App, Message, Scope
from contracts.document import Contract

DOCUMENT = "/openapi.json"
KEY = "plain-schemathesis"
AT_MOST_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A *check* of Schemathesis that failed on an *operation*, such as "GET /v1/jobs"."""

    check: str
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run came to: its first *complaints*, none where it found nothing.

    *calls* are the requests until the first, *creates* the jobs accepted among them; *seconds* is processor time,
    until the end of the scenario that it is of. *is_complete* tells that the time did not run out.
    """

    complaints: frozenset[Complaint]
    calls: int
    creates: int
    seconds: float
    is_complete: bool = True

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.complaints)


def plain_schemathesis(
    app: App,
    contract: Contract,
    seed: int,
    *,
    known: frozenset[Complaint] = frozenset(),
    at_most_seconds: float = AT_MOST_SECONDS,
) -> Found:
    """Run Schemathesis against *app*, an ASGI application, in this process, until its first complaint that is not *known*.

    What it says of a sound server, too, tells nothing: `false_alarms` gives what is *known*. It has a good key, and
    goes on behind a failure, which ``st run`` does not: its false alarms would keep it from everything behind them.
    Neither its cache on disk nor the constants of the application's source are used, both of which depend on where
    the server runs. It ends when *at_most_seconds* of processor time are over.
    """
    run = _Run(app, contract, seed)
    for complaints, calls in run.complaints(at_most_seconds):
        if complaints - known:
            return run.found(complaints - known, calls)
    return run.found(frozenset(), len(run.counted.accepted))


def false_alarms(app: App, contract: Contract, seed: int) -> frozenset[Complaint]:
    """Return everything that Schemathesis complains of in *app*, a sound server."""
    told = _Run(app, contract, seed).complaints(AT_MOST_SECONDS)
    return frozenset().union(*(complaints for complaints, _ in told))


class _Run:
    def __init__(self, app: App, contract: Contract, seed: int) -> None:
        self.counted = _Counted(app, contract.api.operations["submit"].path)
        self._config = _config(f"{contract.api.key_prefix}{KEY}-{seed}", seed)
        self._begun = time.process_time()
        self._is_complete = True

    def complaints(self, at_most_seconds: float) -> Iterator[tuple[frozenset[Complaint], int]]:
        """Yield complaint after complaint, each with the number of requests until then."""
        schema = schemathesis.openapi.from_asgi(DOCUMENT, self.counted, config=self._config)
        self.counted.accepted.clear()  # the look at the document tests nothing
        stream = from_schema(schema).execute()
        try:
            for event in stream:
                if isinstance(event, ScenarioFinished):
                    yield from self._of(event)
                if time.process_time() - self._begun > at_most_seconds:
                    self._is_complete = False
                    return
        finally:
            stream.stop()
            shutdown_lifespans()  # which would keep the application for as long as the process lives

    def _of(self, event: ScenarioFinished) -> Iterator[tuple[frozenset[Complaint], int]]:
        cases = event.recorder.cases
        until = len(self.counted.accepted) - len(event.recorder.interactions)
        for id_, node in cases.items():
            until += id_ in event.recorder.interactions
            failed = frozenset(
                Complaint(check=check.name, operation=node.value.operation.label)
                for check in event.recorder.checks.get(id_, ())
                if check.status is Status.FAILURE
            )
            if failed:
                yield failed, until

    def found(self, complaints: frozenset[Complaint], calls: int) -> Found:
        return Found(
            complaints=complaints,
            calls=calls,
            creates=sum(self.counted.accepted[:calls]),
            seconds=time.process_time() - self._begun,
            is_complete=self._is_complete,
        )


class _Counted:
    """Counts requests on their way to an application: *accepted* tells of each whether it made a job."""

    def __init__(self, app: App, path: str) -> None:
        self.accepted: list[bool] = []
        self._app = app
        self._path = path

    async def __call__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']}")  # the sign for: there is none
        is_submission = (scope["method"], scope["path"]) == ("POST", self._path)
        number = len(self.accepted)
        self.accepted.append(False)

        async def look(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.accepted[number] = is_submission and message["status"] // 100 == 2
            await send(message)

        await self._app(scope, receive, look)


def _config(key: str, seed: int) -> SchemathesisConfig:
    project = ProjectConfig(
        headers={"Authorization": f"Bearer {key}"},
        continue_on_failure=True,
        analysis=AnalysisConfig(constants=ConstantsConfig(enabled=False)),
    )
    return SchemathesisConfig(
        seed=seed, cache=CacheConfig(enabled=False), projects=ProjectsConfig(default=project)
    )
