"""Make a video with requests: submit once, poll politely, save a whole file or none.

EMPIRIOLABS_API_BASE=http://127.0.0.1:8026/v1 EMPIRIOLABS_API_KEY=sk-empiriolabs-me \
        python generate.py "sunrise over the ocean" sunrise.mp4 '{"duration": 6}'

`generate.py --job JOB_ID FILE` goes on with a job that is there already. The README one folder up tells the rules.
"""

import json
import os
import random
import re
import struct
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import requests

BASE = os.environ.get("EMPIRIOLABS_API_BASE", "").rstrip("/") + "/"
KEY = os.environ.get("EMPIRIOLABS_API_KEY", "")
POLL_SECONDS = float(os.environ.get("WAN_POLL_SECONDS", "5"))
DEADLINE_SECONDS = float(os.environ.get("WAN_DEADLINE_SECONDS", "1800"))
CALL_SECONDS = 60  # for an answer of the API, and between two pieces of a download
TRIES = 5  # of a submission, and of a download
LOOKS = 3  # for the job of a submission that was not answered, and at a job that is 404
USAGE = """usage: generate.py PROMPT FILE [JSON] | generate.py --job JOB_ID FILE
with EMPIRIOLABS_API_BASE and EMPIRIOLABS_API_KEY set; JSON has more fields of the request"""
FREE = "no job was made, nothing is charged"


class Answer(NamedTuple):
    """What the API answered; status 0 stands for nothing, or nothing that can be read."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def is_busy(self) -> bool:
        """Nothing was done; it may be asked again later."""
        return self.status == 429 or (self.status == 503 and "error" in self.body)

    @property
    def is_refusal(self) -> bool:
        """Nothing was done, and asking again does not help."""
        return 300 <= self.status < 500 and self.status not in {408, 429}


NOTHING = Answer(0, {}, {})


class Stop(Exception):  # noqa: N818 - an end, and not always an error
    """The end without a video; *retryable* if a new submission may help, and nothing is paid twice."""

    def __init__(self, outcome: str, code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.outcome, self.code, self.retryable = outcome, code, retryable


class Run:
    """One video, from the request to the file."""

    def __init__(self, deadline_seconds: float, job_id: str, tell: Callable[[str], None]) -> None:
        self.gives_up_at = time.monotonic() + deadline_seconds
        self.job_id, self.tell, self.etag = job_id, tell, ""
        self.session = requests.Session()

    def left(self) -> float:
        return self.gives_up_at - time.monotonic()

    def patience(self) -> float:
        """Return how many seconds an answer may take."""
        return max(1.0, min(CALL_SECONDS, self.left()))

    def pause(self, seconds: float) -> bool:
        """Wait before the next try; False at once if that would be after the deadline."""
        if seconds >= self.left():
            return False
        time.sleep(seconds)
        return True

    def call(self, method: str, path: str, fields: Any = None) -> Answer:
        """Ask the API. It alone gets the key, so that redirects are not followed."""
        options: Any = {"auth": with_key, "timeout": self.patience(), "allow_redirects": False}
        try:
            answer = self.session.request(method, urljoin(BASE, path), json=fields, **options)
            body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        except (requests.RequestException, ValueError):
            return NOTHING
        is_object = isinstance(body, dict)
        return Answer(answer.status_code, answer.headers, body) if is_object else NOTHING

    def submit(self, request: dict[str, Any]) -> str:
        """Send the paid request, again only while there is no job of it; return where to poll."""
        listed = self.call("GET", "jobs?limit=100")
        if not listed.status:
            raise refusal(listed, FREE)
        known, answer = ids(listed), NOTHING
        for attempt in range(TRIES):
            answer = self.call("POST", "videos/generations", request)
            if answer.is_refusal:
                break
            job_id = answer.body.get("job_id")
            if not job_id and not answer.is_busy:
                job_id = self.unanswered_job(known)
            if job_id:
                return self.accepted(job_id, answer.body.get("poll_url"))
            if attempt == TRIES - 1 or not self.pause(delay(2**attempt, answer)):
                break
        is_sure = answer.is_refusal or answer.is_busy
        raise refusal(answer, FREE if is_sure else "no job of it is listed")

    def unanswered_job(self, known: set[str] | None) -> str | None:
        """Return the job that was not there before the submission; None if none shows up."""
        new: set[str] | None = None
        for _ in range(LOOKS if known is not None else 0):
            self.pause(delay(1))  # the list may lag behind
            listed = ids(self.call("GET", "jobs?limit=100"))
            new = None if listed is None else listed - (known or set())
            if new:
                break
        if new is None or len(new) > 1:
            found = f"new are {', '.join(sorted(new))}" if new else "GET /v1/jobs does not tell"
            message = (
                f"a job may have been made and be charged: {found}; look before you submit again"
            )
            raise Stop("error", "outcome_unknown", message)
        return new.pop() if new else None

    def accepted(self, job_id: str, poll_url: str | None = None) -> str:
        """Take the job down; return where to poll it, on the API's own host."""
        self.job_id = job_id
        self.tell(f"{job_id} accepted")
        url = urljoin(BASE, poll_url or "")
        is_own = poll_url and urlsplit(url)[:2] == urlsplit(BASE)[:2]
        return url if is_own else f"jobs/{quote(job_id, safe='')}"

    def follow(self, poll_url: str) -> Mapping[str, Any]:
        """Return the job once it is completed; a status that nobody knows is waited out."""
        missing, shown, factor = 0, "not seen yet", 1.0
        while True:
            answer = self.call("GET", poll_url)
            status = answer.body.get("status") if answer.status == 200 else None
            if status in {"completed", "succeeded"}:
                return answer.body
            if status in {"failed", "cancelled", "canceled"}:
                raise failure(self.job_id, answer.body)
            missing = missing + 1 if answer.status == 404 else 0
            if missing == LOOKS or (answer.is_refusal and not missing):
                raise refusal(answer, f"{self.job_id} may be charged; GET /v1/account/usage tells")
            if status and status != shown:
                self.tell(f"{self.job_id} {status}")
                shown = status
            if self.left() <= 0:
                raise self.unsaved("deadline_exceeded", f"is {shown} and may yet be charged")
            # Half of the time that is left is the most, whatever Retry-After says; with a last look at the end.
            seconds = min(delay(factor, answer), max(self.left() / 2, POLL_SECONDS), self.left())
            time.sleep(max(0.0, seconds))
            factor = min(1.2 * factor, 3)

    def unsaved(self, code: str, state: str) -> Stop:
        """Return the end of a run whose job is left to be gone on with."""
        message = f"{self.job_id} {state}; go on with --job {self.job_id}, do not submit again"
        return Stop("timeout" if code == "deadline_exceeded" else "error", code, message)

    def download(self, job: Mapping[str, Any], poll_url: str, part: Path) -> None:
        """Save the video as *part*. The job is paid: whatever goes wrong, nothing is submitted."""
        url, problem = video_of(job).get("url"), "it has no URL"
        for attempt in range(TRIES):
            answer = NOTHING
            url = url or self.fresh_url(job, poll_url)
            if url:
                answer, problem = self.fetch(url, part)
            if not problem:
                return
            if answer.is_refusal:
                url, self.etag = None, ""
            if attempt < TRIES - 1 and not self.pause(delay(2**attempt, answer)):
                raise self.unsaved("deadline_exceeded", f"is charged, but not saved: {problem}")
        raise self.unsaved("download_failed", f"is charged, but not saved: {problem}")

    def fresh_url(self, job: Mapping[str, Any], poll_url: str) -> Any:
        file_id = video_of(job).get("file_id")
        signed = self.call("GET", f"files/sign?file_id={quote(file_id)}") if file_id else NOTHING
        return signed.body.get("url") or video_of(self.call("GET", poll_url).body).get("url")

    def fetch(self, url: str, part: Path) -> tuple[Answer, str]:
        """Fetch what *part* lacks, without the key; return what is still wrong with it."""
        have = part.stat().st_size if self.etag else 0
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": self.etag}
        try:
            with requests.get(url, headers=headers, stream=True, timeout=self.patience()) as answer:
                return Answer(answer.status_code, answer.headers, {}), self.save(answer, part, have)
        except requests.RequestException as error:
            return NOTHING, f"the download broke off ({type(error).__name__})"

    def save(self, answer: requests.Response, part: Path, have: int) -> str:
        """Write *answer* to *part*, which has *have* bytes; return what is wrong with it, or nothing."""
        status, etag = answer.status_code, answer.headers.get("etag", "")
        content_type = answer.headers.get("content-type", "no type")
        if status not in {200, 206}:
            return f"its URL answers {status}"
        if not content_type.startswith("video/mp4"):
            return f"its URL answers with {content_type}"
        self.etag = etag if etag.startswith('"') else ""  # a weak one does not vouch for ranges
        have = have if status == 206 else 0
        with part.open("ab" if have else "wb") as file:
            for piece in answer.iter_content(65536):
                file.write(piece)
                if self.left() <= 0:
                    raise self.unsaved("deadline_exceeded", "is charged, but not saved yet")
        size, length = part.stat().st_size, answer.headers.get("content-length")
        if length and size != have + int(length):
            return f"the download ended after {size} bytes"
        if not is_mp4(part):
            self.etag = ""  # nothing of it is worth keeping
            return "what its URL answers with is no MP4"
        return ""


def with_key(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Put the key in. As a plain header, a .netrc could replace it."""
    request.headers["Authorization"] = f"Bearer {KEY}"
    return request


def delay(factor: float, answer: Answer = NOTHING) -> float:
    """Return how many seconds to wait: as Retry-After says, else *factor* intervals; with jitter."""
    asked = answer.headers.get("retry-after", "")
    if re.fullmatch("0*[1-9][0-9]*", asked):
        return float(asked) + POLL_SECONDS * random.uniform(0.05, 0.1)
    return POLL_SECONDS * factor * random.uniform(0.9, 1.1)


def ids(answer: Answer) -> set[str] | None:
    """Return the ids in a list of jobs, None if *answer* is none."""
    jobs = answer.body.get("data") if answer.status == 200 else None
    return {job.get("job_id") for job in jobs} if isinstance(jobs, list) else None


def refusal(answer: Answer, charge: str) -> Stop:
    """Return the end that an error of the API is: its code, its message and all details."""
    error = answer.body.get("error")
    if not isinstance(error, dict):
        error = {"message": f"the API answered {answer.status or 'nothing that can be read'}"}
    texts = [error.get("message"), *(one.get("message") for one in error.get("details") or ())]
    message = " | ".join(dict.fromkeys(map(str, filter(None, texts))))
    code = error.get("code") or (f"http_{answer.status}" if answer.status else "no_answer")
    return Stop("error", code, f"{message} ({charge})", retryable=answer.is_busy)


def failure(job_id: str, job: Mapping[str, Any]) -> Stop:
    """Return the end that a failed or cancelled job is; one that the provider objects to fails again."""
    error = job["error"] if isinstance(job.get("error"), dict) else {"message": job.get("error")}
    message = str(error.get("message") or "no reason is given")
    text = f"{job_id} {job['status']}: {message} (it is not charged)"
    objection = re.match("DataInspection|Invalid|IPInfringement", message)
    return Stop("failed", error.get("code") or job["status"], text, retryable=not objection)


def video_of(job: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = ((job.get("result") or {}).get("data") or [{}])[0]
    return found


def is_mp4(path: Path) -> bool:
    """Whether *path* is a row of whole boxes: ftyp first, an index (moov), pictures (mdat)."""
    names, at, size = [], 0, path.stat().st_size
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            length, name, large = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
            names.append(name)
            at += max(8, {0: size - at, 1: large}.get(length, length))
    return at == size and names[:1] == [b"ftyp"] and {b"moov", b"mdat"} <= {*names}


def made(output: Path, job: Mapping[str, Any]) -> str:
    """Return one line on the video and its price."""
    cost = (job["result"].get("usage") or {}).get("cost") or {"currency": "price", "amount": "?"}
    seconds = video_of(job).get("duration_seconds", "?")
    size = output.stat().st_size
    return f"{output}: {size} bytes, {seconds} s, {cost['currency']} {cost['amount']}"


def generate(
    request: dict[str, Any],
    output: Path,
    deadline_seconds: float,
    job_id: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Make what *request* asks for, or take *job_id*, save it as *output*; return what became of it."""
    run, part = Run(deadline_seconds, job_id, tell), Path(f"{output}.part")
    try:
        part.touch()  # what cannot be saved is not ordered
        poll_url = run.accepted(job_id) if job_id else run.submit(request)
        job = run.follow(poll_url)
        run.download(job, poll_url, part)
        part.replace(output)
        end = Stop("completed", "", made(output, job))
    except Stop as stop:
        end = stop
    except OSError as error:
        end = Stop("error", "not_saved", f"{error} ({FREE})")
        if run.job_id:
            end = run.unsaved("not_saved", f"may be charged, but not saved: {error}")
    finally:
        run.session.close()
        part.unlink(missing_ok=True)
    told = {"outcome": end.outcome, "job_id": run.job_id or None, "error_code": end.code or None}
    return {**told, "message": str(end), "retryable": end.retryable}


def main(arguments: list[str]) -> int:
    """Run the command; return its exit status."""
    is_job = arguments[:1] == ["--job"]
    try:
        subject, file, *more = arguments[is_job:]
        fields = json.loads(*more or ["{}"])
        if not (KEY and BASE.strip("/") and isinstance(fields, dict)):
            raise ValueError
    except (TypeError, ValueError):
        print(USAGE, file=sys.stderr)
        return 2
    request = {"model": "wan-2-6", "prompt": subject, **fields}
    job_id = subject if is_job else ""
    tell = partial(print, flush=True)
    end = generate(request, Path(file), DEADLINE_SECONDS, job_id, tell)
    if end["outcome"] == "completed":
        print(end["message"])
        return 0
    print(end["error_code"] + ":", *end["message"].split(), file=sys.stderr)  # in one line
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)  # the job goes on, and its id has been told
