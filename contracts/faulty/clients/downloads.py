"""Clients that save what is no video, throw away what is one, or buy it again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, cast

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client
from contracts.faulty.clients.faulty_client import FaultyClient


class _Short(Client):
    def problem(self, answer: Answer) -> str:
        return "" if "missing" in answer.trouble else super().problem(answer)


class _OnceOnly(Client):
    """Gives up at the first problem of some kind."""

    def problem(self, answer: Answer) -> str:
        problem = super().problem(answer)
        if problem and self.is_mine(answer):
            raise self.unfetched(problem)
        return problem

    is_mine: Callable[[Answer], bool]


class _AtShort(_OnceOnly):
    def is_mine(self, answer: Answer) -> bool:
        return "missing" in answer.trouble


class _AtReset(_OnceOnly):
    def is_mine(self, answer: Answer) -> bool:
        return "Reset" in answer.trouble


class _Anew(Client):
    def video_headers(self) -> dict[str, str]:
        self.part.unlink(missing_ok=True)
        return {}


class _Rebuying(Client):
    """Has a new video made where one cannot be fetched."""

    times = 1

    def fetch(self, job: Mapping[str, Any]) -> None:
        try:
            super().fetch(job)
        except Stop:
            if not self.times:
                raise
            self.times -= 1
            self.submit()
            self.fetch(self.follow())


class _RebuyingAt503(_Rebuying):
    tries = 1


class _NeverGivingUp(Client):
    tries = 1000

    def left(self) -> float:
        return max(super().left(), 60.0)

    def delay(self, answer: Answer, attempt: int) -> float:
        del attempt
        return super().delay(answer, 2)


class _Appending(Client):
    def keep_from(self, held: int) -> None:
        del held

    def is_whole(self) -> bool:
        return True


class _NoIfRange(Client):
    def video_headers(self) -> dict[str, str]:
        headers = super().video_headers()
        headers.pop("If-Range", None)
        return headers

    def is_whole(self) -> bool:
        return True


class _NoFreshUrl(Client):
    def fresh_url(self, job: Mapping[str, Any]) -> str:
        return self.url_of(job)


class _NoRedirect(Client):
    def follows(self, answer: Answer, hops: int) -> bool:
        del answer, hops
        return False


class _KeyFollows(Client):
    hops = 0

    def follows(self, answer: Answer, hops: int) -> bool:
        follows = super().follows(answer, hops)
        self.hops += follows
        return follows

    def video_headers(self) -> dict[str, str]:
        return {**super().video_headers(), **(self.key_headers() if self.hops else {})}


class _AnyType(Client):
    def problem(self, answer: Answer) -> str:
        return "" if answer.status == 200 else super().problem(answer)


class _AnyBytes(Client):
    def is_whole(self) -> bool:
        return self.part.stat().st_size > 0


class _Nothing(Client):
    def is_whole(self) -> bool:
        return self.part.stat().st_size == 0 or super().is_whole()


class _Impatient(Client):
    def download(self, url: str, hops: int = 3) -> Answer:
        self.wire = _Brief()
        return super().download(url, hops)


class _Brief(Wire):
    """Lets go of a download after a second, whatever comes."""

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: Any = None, into: Any = None
    ) -> Answer:
        return super().send(method, url, headers, body, cast("BinaryIO", _Second(into)))


class _Second:
    """A file that has had enough after so many bytes."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._left = 60_000

    def write(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise TimeoutError("the download took too long")
        self._file.write(piece)

    def flush(self) -> None:
        self._file.flush()


class _InPlace(Client):
    def make(self) -> None:
        self.part = self.output
        self.submit()
        self.fetch(self.follow())

    def run(self) -> dict[str, Any]:
        told = super().run()
        if told["outcome"] == "completed":
            self.output.write_bytes(self.kept)
        return told

    kept = b""

    def is_whole(self) -> bool:
        self.kept = self.output.read_bytes()
        return super().is_whole()


class _Twice(Client):
    def fetch(self, job: Mapping[str, Any]) -> None:
        super().fetch(job)
        self.part.unlink()
        self.etag = ""
        super().fetch(job)


REBUYING = "https://github.com/kodelyx/flow-agent/issues/4"


def clients() -> Iterator[FaultyClient]:
    """Yield the clients with a fault in how they fetch the video."""
    for id_, case, text, make, seen in (
        (
            "saves-what-is-short",
            "download-truncated",
            "It does not notice that bytes are missing.",
            _Short,
            "https://github.com/1024XEngineer/Windup/issues/129",
        ),
        (
            "gives-up-what-is-short",
            "download-truncated-again",
            "It gives up at a file that ended too early.",
            _AtShort,
            None,
        ),
        ("starts-anew", "download-resumes", "It fetches everything again.", _Anew, None),
        (
            "gives-up-at-a-reset-download",
            "download-reset",
            "It gives up at a reset.",
            _AtReset,
            "https://github.com/ffroliva/gflow-cli/issues/895",
        ),
        (
            "buys-again-at-503",
            "download-503",
            "It has a new video made where the host is busy.",
            _RebuyingAt503,
            REBUYING,
        ),
        (
            "fetches-for-ever",
            "download-always-broken",
            "It never gives up the download.",
            _NeverGivingUp,
            None,
        ),
        (
            "buys-again-when-unfetched",
            "download-always-broken",
            "It has a new video made for one that it cannot fetch.",
            _Rebuying,
            REBUYING,
        ),
        (
            "appends-what-is-whole",
            "download-no-ranges",
            "It appends a whole file to a part of it.",
            _Appending,
            None,
        ),
        (
            "mixes-two-files",
            "download-other-file",
            "It asks for the rest without If-Range.",
            _NoIfRange,
            None,
        ),
        (
            "buys-again-when-expired",
            "download-expired",
            "It has a new video made where a URL is over.",
            _Rebuying,
            REBUYING,
        ),
        (
            "asks-for-no-fresh-url",
            "download-expired-fresh-url",
            "It goes on with a URL that is over.",
            _NoFreshUrl,
            None,
        ),
        ("follows-no-redirect", "download-redirect", "It follows no redirect.", _NoRedirect, None),
        (
            "key-follows-redirect",
            "download-redirect-key",
            "It sends the key where a redirect leads.",
            _KeyFollows,
            None,
        ),
        ("saves-a-page", "download-wrong-type", "It saves whatever is 200.", _AnyType, None),
        ("saves-any-bytes", "download-corrupt", "It does not look into the file.", _AnyBytes, None),
        ("saves-nothing", "download-empty", "It saves an empty file.", _Nothing, None),
        (
            "a-second-for-a-video",
            "download-slow",
            "It lets go of a download that takes long.",
            _Impatient,
            None,
        ),
        ("writes-in-place", "download-atomic", "It writes under the final name.", _InPlace, None),
        ("fetches-twice", "download-once", "It fetches the video twice.", _Twice, None),
    ):
        yield FaultyClient(id=id_, case=case, text=text, make=make, seen=seen)
