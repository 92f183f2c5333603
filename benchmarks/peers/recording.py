"""What the emulator answered once: the peers that serve canned answers serve these."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks import client
from benchmarks.servers import ours, running

SUBMIT = "/v1/videos/generations"
MODELS = "/v1/models"
FILE = "video.mp4"
# Its video has about 1 MiB.
VIDEO = {"duration": 15, "audio": False}


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Answers of the emulator: JSON, and the bytes of a video."""

    submitted: dict[str, Any]
    job: dict[str, Any]
    models: dict[str, Any]
    openapi: dict[str, Any]
    video: bytes

    @property
    def poll(self) -> str:
        """The path of the job."""
        return str(self.submitted["poll_url"])

    @property
    def answers(self) -> dict[tuple[str, str], tuple[int, dict[str, Any]]]:
        """Status and JSON by method and path."""
        return {
            ("GET", self.poll): (200, self.job),
            ("POST", SUBMIT): (202, self.submitted),
            ("GET", MODELS): (200, self.models),
        }


def record() -> Recording:
    """Ask an emulator whose jobs end at once."""
    with running(ours(latency="instant")) as server:
        body = json.dumps(client.EXAMPLE | VIDEO).encode()
        submitted = json.loads(client.answer("POST", server.url + SUBMIT, body))
        job = client.job(server.url, submitted["job_id"])
        return Recording(
            submitted=submitted,
            job=job,
            models=json.loads(client.download(server.url + MODELS)),
            openapi=json.loads(client.download(f"{server.url}/openapi.json")),
            video=client.download(job["result"]["data"][0]["url"]),
        )


def target_of(url: str) -> str:
    """Return path and query of *url*."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
