"""Where a medium of a request lies, told by its URL alone."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

# RFC 9110 asks nobody for longer ones, and each character of a target may become nine.
_LONGEST_URL = 8_000
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
# Programs read the other spellings of an address differently, so that none of them is trusted.
# Without ASCII, the case of letters would let the long s (U+017F) pass for an s.
_LOOPBACK = re.compile(
    rf"http://(localhost|127\.{_BYTE}\.{_BYTE}\.{_BYTE}|\[::1\])(?::([1-9][0-9]{{0,4}}))?(?=[/?#]|\Z)",
    re.ASCII | re.IGNORECASE,
)
_KEPT = "%/?:@!$&'()*+,;=-._~[]|"
_HTTP_PORT, _LAST_PORT = 80, 65_535


@dataclass(frozen=True, slots=True)
class DataUri:
    """The medium is in the request itself: *text* is a ``data:`` URI."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """The medium was uploaded before; *path* is as the upload was answered, ``bunny://`` included."""

    path: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The medium is a sample file of the emulator's own."""

    name: str


@dataclass(frozen=True, slots=True)
class Loopback:
    """The medium is on a server of this machine: *target* is the path and the query, in safe ASCII."""

    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port, as the ``Host`` field has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _HTTP_PORT else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL that leads here."""
        return f"http://{self.authority}{self.target}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """The IP addresses to try one after the other; no resolver has a say in what is local."""
        return ("127.0.0.1", "::1") if self.host == "localhost" else (self.host,)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The medium is beyond reach: *url* is taken on trust, and nobody ever fetches it."""

    url: str


Place = DataUri | Upload | Sample | Loopback | Elsewhere


def locate(source: str, own: Collection[str]) -> Place:
    """Return where *source* lies; what is not plainly within reach is elsewhere.

    *own* has the URLs by which clients reach the emulator itself, such as ``http://127.0.0.1:8026``.
    """
    if source[:5].lower() == "data:":
        return DataUri(source)
    if source.startswith("bunny://"):
        return Upload(source)
    if len(source) > _LONGEST_URL:
        return Elsewhere(source)
    return _sample(source, own) or _loopback(source) or Elsewhere(source)


def _sample(url: str, own: Collection[str]) -> Sample | None:
    for base in own:
        if url[: len(base)].lower() == base.lower():
            path = re.split("[?#]", url[len(base) :], maxsplit=1)[0]
            folder, _, name = unquote(path).rpartition("/")
            if folder == "/fixtures" and name:
                return Sample(name)
    return None


def _loopback(url: str) -> Loopback | None:
    match = _LOOPBACK.match(url)
    if match is None:
        return None
    port = int(match[2] or _HTTP_PORT)
    if port > _LAST_PORT:
        return None
    path = url[match.end() :].partition("#")[0]
    target = quote(path, safe=_KEPT, errors="backslashreplace")
    if not target.startswith("/"):
        target = f"/{target}"
    return Loopback(match[1].lower().strip("[]"), port, target)
