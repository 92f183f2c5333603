"""What a client asks with: its key, its patience, and how it says that it is over."""

import json
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from contracts.faulty.clients.answer import Answer, Wire


class Stop(Exception):  # noqa: N818 - the end of a run, good or bad
    """The end of a run: what the adapter prints."""

    def __init__(
        self, outcome: str, code: str | None, message: str, *, retryable: bool = False
    ) -> None:
        """End with *outcome*."""
        super().__init__(message)
        self.outcome = outcome
        self.code = code
        self.retryable = retryable


class Calling:
    """A client that knows the API, and makes nothing yet."""

    interval = 0.3
    jitter = 0.25
    growth = 1.1
    tries = 5
    looks = 3
    wire = Wire()

    def __init__(
        self, base: str, key: str, request: Mapping[str, Any], output: Path, deadline: float
    ) -> None:
        """Make *request* into the file *output* within *deadline* seconds, at the API at *base* with *key*."""
        self.base = base.rstrip("/") + "/"
        self.key = key
        self.request = request
        self.output = output
        self.part = output.with_suffix(".part")
        self.job_id: str | None = None
        self.poll_url = ""
        self.etag = ""
        self._over = time.monotonic() + deadline

    def stop(
        self, outcome: str, code: str | None, message: str, *, retryable: bool = False
    ) -> Stop:
        """Return an end."""
        return Stop(outcome, code, message, retryable=retryable)

    def refused(self, answer: Answer, *, retryable: bool = False) -> Stop:
        """Return the end that a refusal is."""
        error = (answer.json or {}).get("error")
        error = error if isinstance(error, dict) else {"message": error}
        code = error.get("code") or f"http_{answer.status}"
        return self.stop("error", code, str(error.get("message")), retryable=retryable)

    def left(self) -> float:
        """Return the seconds until the deadline."""
        return self._over - time.monotonic()

    def pause(self, seconds: float) -> None:
        """Wait *seconds*, and not beyond the deadline."""
        time.sleep(max(0.0, min(seconds, self.left())))

    def delay(self, answer: Answer, attempt: int) -> float:
        """Return how long to wait after *answer*, the *attempt*-th in a row."""
        asked = answer.headers.get("retry-after", "")
        if asked.isdigit() and int(asked):
            return int(asked) + self.interval * 0.1
        return self.varied(self.interval * 1.5**attempt)

    def varied(self, seconds: float) -> float:
        """Return about *seconds*."""
        return seconds * random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - a pace

    def key_headers(self) -> dict[str, str]:
        """Return what sends the key."""
        return {"Authorization": f"Bearer {self.key}"}

    def body(self) -> bytes:
        """Return the body of the submission."""
        return json.dumps(self.fields()).encode()

    def fields(self) -> dict[str, Any]:
        """Return what is submitted."""
        return dict(self.request)

    def ask(self, path: str, wire: Wire | None = None) -> Answer:
        """Read *path* of the API."""
        return (wire or self.wire).send("GET", urljoin(self.base, path), self.key_headers())

    content_type = "application/json"

    def post(self) -> Answer:
        """Send the paid request."""
        headers = {**self.key_headers(), "Content-Type": self.content_type}
        url = urljoin(self.base, "videos/generations")
        return self.wire.send("POST", url, headers, self.body())
