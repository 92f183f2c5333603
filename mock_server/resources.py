"""A resource: one path, the methods it knows, and the order in which a request to it is refused."""

import itertools
import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.api import Api
from mock_server.accounts import Account
from mock_server.answers import Answer, refusal
from mock_server.calls import Call, Endpoint, Gone
from mock_server.exchange import CONTROL, Exchange, Recorder
from mock_server.nearness import Nearness, NoSuchPath
from mock_server.observing import Observer
from mock_server.problems import Problem

CONTROL_PATH = "/_mock"

Admission = Callable[[Scope], Awaitable[Account | None]]

log = logging.getLogger("wan_mock")


class Resource:
    """An ASGI application for one path: method, then admission, then the endpoint."""

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        admissions: Mapping[str, Admission],
        operations: Mapping[str, str] | None = None,
    ) -> None:
        """Serve *endpoints* by method, to whom the admission of the same method lets in.

        *operations* are their names in journal and metrics; calls of the control interface have none.
        """
        names = operations or dict.fromkeys(endpoints, CONTROL)
        self._methods = {
            method: (names[method], admissions[method], endpoint)
            for method, endpoint in endpoints.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method not in self._methods:
            allowed = ", ".join(sorted(self._methods))
            message = f"{method} is not allowed on {scope['path']}; {allowed} would do."
            raise Problem("method_not_allowed", message, headers={"allow": allowed})
        exchange: Exchange = scope["wan_mock.exchange"]
        exchange.operation, admit, endpoint = self._methods[method]
        parameters = scope.get("path_params")
        if parameters is not None:
            exchange.job_id = parameters.get("job_id")
        account = scope["wan_mock.account"] = await admit(scope)
        answer = exchange.answer = await endpoint(Call(scope, receive, account))
        if answer.wire is not None:
            send = exchange.told(answer, send)
        await answer.send(send, request_id=exchange.request_id, with_body=method != "HEAD")


class Guarded:
    """An ASGI application for one path that not everybody may know of, whatever the method."""

    def __init__(self, app: ASGIApp, guard: Callable[[Scope], None]) -> None:
        """Serve *app* to whom *guard* does not refuse."""
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["wan_mock.exchange"].operation = CONTROL
        self._guard(scope)
        await self._app(scope, receive, send)


class Envelope:
    """The outermost ASGI application: gives each request an id, and tells every problem in the API's envelope."""

    def __init__(
        self,
        app: ASGIApp,
        api: Api,
        observer: Observer | None = None,
        *,
        recorder: Recorder | None = None,
        first: int = 1,
    ) -> None:
        """Wrap *app*, whose problems become errors of *api*; *observer* is told of each request that is over.

        *recorder* writes each into a journal that others share, whose requests are told apart by their *first* number.
        """
        self._app = app
        self._recorder = recorder
        self._api = api
        self._observer = observer
        self._timer = observer.timer if observer is not None else int
        self._numbers = itertools.count(first)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(f"req_{next(self._numbers):012x}", self._timer())
        scope["wan_mock.exchange"] = exchange
        if self._recorder is not None:
            send = self._recorder.sending(scope, exchange, send)
        try:
            await self._app(scope, receive, send)
        except Gone:
            pass
        except Exception as error:
            if exchange.answer is not None:
                raise  # it was being sent: to end the connection is all that is left
            answer = exchange.answer = self._refusal(error, scope, exchange)
            with_body = scope["method"] != "HEAD"
            await answer.send(send, request_id=exchange.request_id, with_body=with_body)
        finally:
            try:
                if self._recorder is not None:
                    await self._recorder.over(scope, exchange)
            finally:
                if self._observer is not None:
                    self._observer.over(scope, exchange)

    def _refusal(self, error: Exception, scope: Scope, exchange: Exchange) -> Answer:
        if not isinstance(error, Problem):
            request_id = exchange.request_id
            log.error(
                "%s %r failed (%s)", scope["method"], scope["path"], request_id, exc_info=error
            )
            message = f"the emulator failed, which is a defect of it; its log has the reason under {request_id}."
            error = Problem("internal_error", message)
        exchange.refused(error)
        return refusal(error, self._api)


class Nowhere:
    """An ASGI application for all paths that the API does not have."""

    def __init__(self, nearness: Nearness) -> None:
        """Refuse every request, telling what *nearness* finds near to it."""
        self._nearness = nearness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - an ASGI application
        """Refuse one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        path = scope["path"]
        if path == CONTROL_PATH or path.startswith(f"{CONTROL_PATH}/"):
            scope["wan_mock.exchange"].operation = CONTROL
        raise NoSuchPath(path, self._nearness.of(scope["method"], path))
