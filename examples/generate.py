"""Make a video with nothing but the standard library: submit, poll politely, download.

EMPIRIOLABS_API_BASE=http://127.0.0.1:8026/v1 EMPIRIOLABS_API_KEY=sk-empiriolabs-me \
        python examples/generate.py "sunrise over the ocean" sunrise.mp4
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

BASE = os.environ.get("EMPIRIOLABS_API_BASE", "http://127.0.0.1:8026/v1")
KEY = os.environ.get("EMPIRIOLABS_API_KEY", "sk-empiriolabs-example")
DEADLINE_SECONDS = 20 * 60


def call(path: str, fields: object = None) -> dict[str, Any]:
    """Send *fields* as JSON (or a GET without any) and return the JSON answered."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    body = None if fields is None else json.dumps(fields).encode()
    with urllib.request.urlopen(
        urllib.request.Request(BASE + path, body, headers), timeout=30
    ) as answer:
        answered: dict[str, Any] = json.load(answer)
        return answered


def finished(job_id: str) -> dict[str, Any]:
    """Return the job once it is terminal; an unknown status is waited out, up to a deadline."""
    gives_up_at = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < gives_up_at:
        job = call(f"/jobs/{job_id}")
        print(f"{job['status']} {job['progress']:.0%}", flush=True)
        if job["status"] in {"completed", "succeeded", "failed", "cancelled"}:
            return job
        time.sleep(1)
    raise SystemExit(f"{job_id} has not ended after {DEADLINE_SECONDS} s; it may still be charged")


def main(prompt: str, path: Path) -> None:
    """Make a video of *prompt* and save it as *path*."""
    try:
        submitted = call(
            "/videos/generations", {"model": "wan-2-6", "prompt": prompt, "duration": 6}
        )
    except urllib.error.HTTPError as refusal:
        raise SystemExit(f"{refusal.code}: {json.load(refusal)['error']['message']}") from None
    job = finished(submitted["job_id"])
    if job["result"] is None:
        raise SystemExit(f"no video: {job['status']}: {job['error']}")
    with urllib.request.urlopen(job["result"]["data"][0]["url"], timeout=60) as download:
        path.write_bytes(download.read())
    print(f"{path}: US$ {job['result']['usage']['cost']['amount']}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
