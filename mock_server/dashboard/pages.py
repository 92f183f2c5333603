"""The files of the dashboard, as a browser gets them: nothing of them comes from, or goes, anywhere else."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mock_server.answers import Answer
from mock_server.calls import Call, Endpoint
from mock_server.problems import Problem
from mock_server.tagged import Tagged
from mock_server.validators import Validators
from mock_server.violations import show

FOLDER = Path(__file__).parent / "static"
INDEX = "index.html"

TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    ("cache-control", "no-cache"),
    ("content-security-policy", POLICY),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)


def by_path() -> dict[str, dict[str, Endpoint]]:
    """Return the endpoints by path and method; none of them needs an account."""
    return {
        "/_mock": {"GET": redirect, "HEAD": redirect},
        "/_mock/": {"GET": index, "HEAD": index},
        "/_mock/static/{file}": {"GET": static, "HEAD": static},
    }


async def redirect(call: Call) -> Answer:  # noqa: ARG001 - the same for everybody
    """Lead to the page whoever left out the slash that its links are relative to."""
    return Answer(status=308, content_type=None, headers=(("location", "/_mock/"), *HEADERS))


async def index(call: Call) -> Answer:
    """Hand out the page."""
    return _answer(INDEX, call)


async def static(call: Call) -> Answer:
    """Hand out a file that the page is made of."""
    name = call.path_parameter("file")
    if name not in _names():
        raise Problem("not_found", f"{show(name)} is not a file of the dashboard.")
    return _answer(name, call)


def _answer(name: str, call: Call) -> Answer:
    content, modified_at = _file(name)
    validators = Validators(etag=content.etag, modified_at=modified_at)
    headers = (*HEADERS, ("etag", validators.etag))
    if validators.is_unchanged(call.headers):
        return Answer(status=304, content_type=None, headers=headers)
    content_type = TYPES[Path(name).suffix]
    return Answer(status=200, body=content, content_type=content_type, headers=headers)


@lru_cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in TYPES)


@lru_cache
def _file(name: str) -> tuple[Tagged, int]:
    path = FOLDER / name
    return Tagged(path.read_bytes()), int(path.stat().st_mtime)
