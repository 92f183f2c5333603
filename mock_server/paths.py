"""Find what answers a path: by a look-up, because this stands before every request."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Paths:
    """An ASGI application that hands each request to the application of its path.

    *apps* is keyed by path template with at most one ``{name}``, which stands for one segment that is
    not empty; *otherwise* gets everything else, other protocols than HTTP included.
    """

    def __init__(self, apps: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        """Serve *apps*."""
        self._otherwise = otherwise
        self._exact = {path: app for path, app in apps.items() if "{" not in path}
        self._templates = [(*_parts(path), app) for path, app in apps.items() if "{" in path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = self._find(scope) if scope["type"] == "http" else self._otherwise
        await app(scope, receive, send)

    def _find(self, scope: Scope) -> ASGIApp:
        path = scope["path"]
        app = self._exact.get(path)
        if app is not None:
            return app
        for prefix, name, suffix, candidate in self._templates:
            if path.startswith(prefix) and path.endswith(suffix):
                segment = path[len(prefix) : len(path) - len(suffix)]
                if segment and "/" not in segment:
                    scope["path_params"] = {name: segment}
                    return candidate
        return self._otherwise


def _parts(path: str) -> tuple[str, str, str]:
    """Return what stands before, in and after the braces of *path*."""
    prefix, _, rest = path.partition("{")
    name, _, suffix = rest.partition("}")
    return prefix, name, suffix
