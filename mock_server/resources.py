"""A resource: one path, the methods it knows, and the order in which a request to it is refused."""

import itertools
import logging
from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.api import Api
from mock_server.accounts import Account
from mock_server.answers import Answer, refusal
from mock_server.calls import Call, Endpoint, Gone
from mock_server.problems import Problem
from mock_server.violations import show

Admission = Callable[[Scope], Account | None]

log = logging.getLogger("wan_mock")


class Resource:
    """An ASGI application for one path: method, then admission, then the endpoint."""

    def __init__(
        self, endpoints: Mapping[str, Endpoint], admissions: Mapping[str, Admission]
    ) -> None:
        """Serve *endpoints* by method, to whom the admission of the same method lets in."""
        self._endpoints = endpoints
        self._admissions = admissions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method not in self._endpoints:
            allowed = ", ".join(sorted(self._endpoints))
            message = f"{method} is not allowed on {scope['path']}; {allowed} would do."
            raise Problem("method_not_allowed", message, headers={"allow": allowed})
        account = self._admissions[method](scope)
        answer = await self._endpoints[method](Call(scope, receive, account))
        await answer.send(send, request_id=scope["wan_mock.request_id"], with_body=method != "HEAD")


class Guarded:
    """An ASGI application for one path that not everybody may know of, whatever the method."""

    def __init__(self, app: ASGIApp, guard: Callable[[Scope], None]) -> None:
        """Serve *app* to whom *guard* does not refuse."""
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._guard(scope)
        await self._app(scope, receive, send)


class Envelope:
    """The outermost ASGI application: gives each request an id, and tells every problem in the API's envelope."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        """Wrap *app*, whose problems become errors of *api*."""
        self._app = app
        self._api = api
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["wan_mock.request_id"] = f"req_{next(self._numbers):012x}"
        try:
            await self._app(scope, receive, send)
        except Gone:
            return
        except Problem as problem:
            answer = refusal(problem, self._api)
        except Exception:
            log.exception("%s %s failed (%s)", scope["method"], scope["path"], request_id)
            answer = self._failure(request_id)
        else:
            return
        await answer.send(send, request_id=request_id, with_body=scope["method"] != "HEAD")

    def _failure(self, request_id: str) -> Answer:
        message = f"the emulator failed, which is a defect of it; its log has the reason under {request_id}."
        return refusal(Problem("internal_error", message), self._api)


async def no_such_path(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI application
    """Refuse a path that the API does not have."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    raise Problem(
        "not_found", f"{show(scope['path'])} does not exist; GET /openapi.json lists what does."
    )
