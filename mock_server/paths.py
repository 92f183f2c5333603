"""Find what answers a path: by a look-up, because this stands before every request."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send


class Paths:
    """An ASGI application that hands each request to the application of its path.

    *apps* is keyed by path template with at most one ``{name}``, its last segment or the one before that, which
    stands for one that is not empty; *otherwise* gets everything else, other protocols than HTTP included.
    """

    def __init__(self, apps: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        """Serve *apps*."""
        self._otherwise = otherwise
        self._exact = {path: app for path, app in apps.items() if "{" not in path}
        self._templates: dict[tuple[str, str], tuple[str, ASGIApp]] = {}
        for path in apps.keys() - self._exact.keys():
            around, name = _parts(path)
            self._templates[around] = name, apps[path]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        app = self._find(scope) if scope["type"] == "http" else self._otherwise
        return app(scope, receive, send)

    def _find(self, scope: Scope) -> ASGIApp:
        path = scope["path"]
        app = self._exact.get(path)
        if app is not None:
            return app
        # A name is the last segment, or the one before it.
        before, _, last = path.rpartition("/")
        segment = last
        found = self._templates.get((before, ""))
        if found is None:
            before, _, segment = before.rpartition("/")
            found = self._templates.get((before, last))
        if found is None or not segment:
            return self._otherwise
        name, app = found
        scope["path_params"] = {name: segment}
        return app


class Annex:
    """An ASGI application for paths that are put together when a request is for none of the others."""

    def __init__(self, make: Callable[[], Mapping[str, ASGIApp]], otherwise: ASGIApp) -> None:
        """Serve what *make* returns, as `Paths` does."""
        self._make = make
        self._otherwise = otherwise

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        app = self._paths if scope["type"] == "http" else self._otherwise
        return app(scope, receive, send)

    @cached_property
    def _paths(self) -> Paths:
        return Paths(self._make(), self._otherwise)


def _parts(template: str) -> tuple[tuple[str, str], str]:
    """Return what stands before and after the segment that is a name in *template*, and that name."""
    before, _, rest = template.partition("/{")
    name, _, last = rest.partition("}")
    return (before, last.removeprefix("/")), name
