"""A client of the emulator: submit a job, look at it, download its video."""

import contextlib
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from benchmarks.figures import BenchmarkError

HEADERS = {
    "Authorization": "Bearer sk-empiriolabs-bench",
    "Content-Type": "application/json",
}
EXAMPLE = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}


def submit(url: str, **changes: object) -> str:
    """Return the id of a new job: the published example with *changes*."""
    body = json.dumps(EXAMPLE | changes).encode()
    told = json.loads(answer("POST", f"{url}/v1/videos/generations", body))
    return str(told["job_id"])


def job(url: str, job_id: str) -> dict[str, Any]:
    """Return the job as the API shows it."""
    shown: dict[str, Any] = json.loads(answer("GET", f"{url}/v1/jobs/{job_id}"))
    return shown


def video_url(url: str, **changes: object) -> str:
    """Return where the video of a new job is, on a server whose jobs end at once."""
    shown = job(url, submit(url, **changes))
    if shown["status"] != "completed":
        raise BenchmarkError(f"a job of an instant server is {shown['status']}")
    return str(shown["result"]["data"][0]["url"])


def download(url: str) -> bytes:
    """Return the whole of *url*."""
    return answer("GET", url)


def answer(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return the body of the answer, which has to be a good one; *headers* go before the usual ones."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    with contextlib.closing(connection):
        connection.request(method, target, body, {**HEADERS, **(headers or {})})
        response = connection.getresponse()
        content = response.read()
    if not 200 <= response.status < 300:
        raise BenchmarkError(
            f"{method} {target} was answered with {response.status}: {content[:200]!r}"
        )
    return content
