"""Clients that save what is no video, throw away what is one, or buy it again."""

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, cast

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client


class _Short(Client):
    """It does not notice that bytes are missing."""

    name = "saves-what-is-short"
    case = "download-truncated"
    seen = "https://github.com/1024XEngineer/Windup/issues/129"

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
    """It gives up at a file that ended too early."""

    name = "gives-up-what-is-short"
    case = "download-truncated-again"

    def is_mine(self, answer: Answer) -> bool:
        return "missing" in answer.trouble


class _AtReset(_OnceOnly):
    """It gives up at a reset."""

    name = "gives-up-at-a-reset-download"
    case = "download-reset"
    seen = "https://github.com/ffroliva/gflow-cli/issues/895"

    def is_mine(self, answer: Answer) -> bool:
        return "Reset" in answer.trouble


class _Anew(Client):
    """It fetches everything again."""

    name = "starts-anew"
    case = "download-resumes"

    def video_headers(self) -> dict[str, str]:
        self.part.unlink(missing_ok=True)
        return {}


class _Rebuying(Client):
    """It has a new video made for one that it cannot fetch."""

    name = "buys-again-when-unfetched"
    case = "download-always-broken"
    seen = "https://github.com/kodelyx/flow-agent/issues/4"

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
    """It has a new video made where the host is busy."""

    name = "buys-again-at-503"
    case = "download-503"
    seen = "https://github.com/kodelyx/flow-agent/issues/4"

    tries = 1


class _NeverGivingUp(Client):
    """It never gives up the download."""

    name = "fetches-for-ever"
    case = "download-always-broken"

    tries = 1000

    def left(self) -> float:
        return max(super().left(), 60.0)

    def delay(self, answer: Answer, attempt: int) -> float:
        del attempt
        return super().delay(answer, 2)


class _Appending(Client):
    """It appends a whole file to a part of it."""

    name = "appends-what-is-whole"
    case = "download-no-ranges"

    def keep_from(self, held: int) -> None:
        del held

    def is_whole(self) -> bool:
        return True


class _NoIfRange(Client):
    """It asks for the rest without If-Range."""

    name = "mixes-two-files"
    case = "download-other-file"

    def video_headers(self) -> dict[str, str]:
        headers = super().video_headers()
        headers.pop("If-Range", None)
        return headers

    def is_whole(self) -> bool:
        return True


class _NoFreshUrl(Client):
    """It goes on with a URL that is over."""

    name = "asks-for-no-fresh-url"
    case = "download-expired-fresh-url"

    def fresh_url(self, job: Mapping[str, Any]) -> str:
        return self.url_of(job)


class _NoRedirect(Client):
    """It follows no redirect."""

    name = "follows-no-redirect"
    case = "download-redirect"

    def follows(self, answer: Answer, hops: int) -> bool:
        del answer, hops
        return False


class _KeyFollows(Client):
    """It sends the key where a redirect leads."""

    name = "key-follows-redirect"
    case = "download-redirect-key"

    hops = 0

    def follows(self, answer: Answer, hops: int) -> bool:
        follows = super().follows(answer, hops)
        self.hops += follows
        return follows

    def video_headers(self) -> dict[str, str]:
        return {**super().video_headers(), **(self.key_headers() if self.hops else {})}


class _AnyType(Client):
    """It saves whatever is 200."""

    name = "saves-a-page"
    case = "download-wrong-type"

    def problem(self, answer: Answer) -> str:
        return "" if answer.status == 200 else super().problem(answer)


class _AnyBytes(Client):
    """It does not look into the file."""

    name = "saves-any-bytes"
    case = "download-corrupt"

    def is_whole(self) -> bool:
        return self.part.stat().st_size > 0


class _Nothing(Client):
    """It saves an empty file."""

    name = "saves-nothing"
    case = "download-empty"

    def is_whole(self) -> bool:
        return self.part.stat().st_size == 0 or super().is_whole()


class _Impatient(Client):
    """It lets go of a download that takes long."""

    name = "a-second-for-a-video"
    case = "download-slow"

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
    """It writes under the final name."""

    name = "writes-in-place"
    case = "download-atomic"

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
    """It fetches the video twice."""

    name = "fetches-twice"
    case = "download-once"

    def fetch(self, job: Mapping[str, Any]) -> None:
        super().fetch(job)
        self.part.unlink()
        self.etag = ""
        super().fetch(job)


class _BuysAgainWhenExpired(_Rebuying):
    """It has a new video made where a URL is over."""

    name = "buys-again-when-expired"
    case = "download-expired"
    seen = "https://github.com/kodelyx/flow-agent/issues/4"
