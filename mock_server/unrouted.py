"""What no path answers: paths that there are not, and the protocols beside HTTP."""

from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send


class Unrouted:
    """An ASGI application that is Starlette's router without a route, made when it is first asked.

    It is a seventh of the start of a process, and no path that there is needs it.
    """

    def __init__(self, nowhere: ASGIApp) -> None:
        """Answer lifespan events, and leave everything else to *nowhere*."""
        self._nowhere = nowhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or lifespan."""
        await self._router(scope, receive, send)

    @cached_property
    def _router(self) -> ASGIApp:
        from starlette.routing import Router  # noqa: PLC0415 - see above

        return Router(redirect_slashes=False, default=self._nowhere)
