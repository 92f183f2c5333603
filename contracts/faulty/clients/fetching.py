"""How a careful client fetches its video."""

import struct
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from contracts.faulty.clients.answer import REDIRECTS, Answer
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.following import Following

NOTHING = Answer(status=0)


class Fetching(Following):
    """A client that fetches the video of a job that is completed."""

    def fetch(self, job: Mapping[str, Any]) -> None:
        """Fetch the video of *job* as the part; the job is paid, so that nothing is submitted any more."""
        url = self.url_of(job)
        problem = "there is no URL"
        for attempt in range(self.tries):
            url = url or self.fresh_url(job)
            answer = NOTHING
            if url:
                answer = self.download(url)
                problem = self.problem(answer)
                if not problem:
                    return
                if answer.status in {403, 404}:
                    url = ""
            seconds = self.delay(answer, attempt)
            if seconds > self.left():
                break
            self.pause(seconds)
        raise self.unfetched(problem)

    def unfetched(self, problem: str) -> Stop:
        """Return the end of a download that does not succeed."""
        return self.stop(
            "error", "download_failed", f"{self.job_id} is charged, and not saved: {problem}"
        )

    def url_of(self, job: Mapping[str, Any]) -> str:
        """Return the URL of the video of *job*, empty without one."""
        return str(self.video_of(job).get("url") or "")

    def video_of(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what *job* tells of its video."""
        videos = (job.get("result") or {}).get("data") or [{}]
        found: Mapping[str, Any] = videos[0]
        return found

    def fresh_url(self, job: Mapping[str, Any]) -> str:
        """Return another URL of the video of *job*."""
        answer = self.ask(f"files/sign?file_id={self.video_of(job).get('file_id')}")
        return str((answer.json or {}).get("url") or "")

    def video_headers(self) -> dict[str, str]:
        """Return what goes with a download: no key."""
        have = self.part.stat().st_size if self.part.exists() else 0
        return {"Range": f"bytes={have}-", "If-Range": self.etag} if have and self.etag else {}

    def download(self, url: str, hops: int = 3) -> Answer:
        """Fetch *url* into the part: what is missing of it, or all of it."""
        headers = self.video_headers()
        with self.part.open("ab" if "Range" in headers else "wb") as file:
            held = file.tell()
            answer = self.wire.send("GET", url, headers, into=file)
        if held and answer.headers.get("content-range") is None and answer.status in {0, 200}:
            self.keep_from(held)
        if self.follows(answer, hops):
            return self.download(urljoin(url, answer.headers["location"]), hops - 1)
        self.etag = answer.headers.get("etag", "")
        return answer

    def keep_from(self, held: int) -> None:
        """Take away the first *held* bytes of the part: what follows is the whole file."""
        self.part.write_bytes(self.part.read_bytes()[held:])

    def follows(self, answer: Answer, hops: int) -> bool:
        """Tell whether *answer* leads elsewhere."""
        return answer.status in REDIRECTS and "location" in answer.headers and hops > 0

    def problem(self, answer: Answer) -> str:
        """Return what is wrong with the part after *answer*, nothing where it is the whole video."""
        if answer.status not in {200, 206}:
            return answer.trouble or f"its URL answers {answer.status}"
        if not answer.headers.get("content-type", "").startswith("video/mp4"):
            return f"its URL answers with {answer.headers.get('content-type')}"
        return "" if self.is_whole() else "it is no MP4"

    def is_whole(self) -> bool:
        """Tell whether the part is a row of boxes from its first byte to its last."""
        names, at, size = [], 0, self.part.stat().st_size
        with self.part.open("rb") as file:
            while at + 8 <= size:
                file.seek(at)
                length, name = struct.unpack(">I4s", file.read(8))
                names.append(name)
                at += max(8, length)
        is_row = at == size and names[:1] == [b"ftyp"] and {b"moov", b"mdat"} <= {*names}
        if not is_row:
            self.etag = ""
        return is_row
