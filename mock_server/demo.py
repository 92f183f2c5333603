"""The main job, start to end, as any client would do it: submit, poll, download, look at the video."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from mock_server.app import open_app
from mock_server.media.inspection import Inspection, inspect
from mock_server.opening import storage_of
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from mock_server.storage import Storage

EXAMPLE = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}
KEY = "sk-empiriolabs-demo"
POLL_EVERY_SECONDS = 0.2
ENDED = {"completed", "failed", "cancelled"}


class DemoError(Exception):
    """The demo did not come to a video; the message says why."""


def run_demo(
    settings: Settings,
    folder: Path,
    say: Callable[[str], None],
    *,
    port: int = 0,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Start an emulator with *settings* on *port*, make the published example's video, save it in *folder*.

    Every step is told with *say*; *wait* is called with the seconds between two polls.

    Raises:
        DemoError: the job did not complete.
    """
    with storage_of(settings) as storage, _server(settings, storage, port) as server:
        say(f"emulator     {server.url}")
        say(f"POST         /v1/videos/generations {json.dumps(EXAMPLE)}")
        submitted = _call(server.url + "/v1/videos/generations", EXAMPLE)
        say(f"             {submitted['job_id']} {submitted['status']}")
        say(f"GET          {submitted['poll_url']}")
        job = _last(_states(server.url + submitted["poll_url"], wait), say)
        if job["status"] != "completed":
            raise DemoError(f"the job is {job['status']}: {job['error']}")
        video = _get(job["result"]["data"][0]["url"])
        say(
            f"GET          {job['result']['data'][0]['url'].partition('?')[0].removeprefix(server.url)}"
        )
    path = folder / f"{job['job_id']}.mp4"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(video)
    say(f"             {path}, {len(video):,} bytes")
    say(f"decoded      {_describe(inspect(video))}")
    usage = job["result"]["usage"]
    say(
        f"cost         US$ {usage['cost']['amount']} for {usage['billable_units']} s; nothing was spent"
    )


def _server(settings: Settings, storage: Storage, port: int) -> ThreadServer:
    app, close = open_app(settings, storage=storage)
    return ThreadServer(app, host="127.0.0.1", port=port, end=close)


def _states(url: str, wait: Callable[[float], None]) -> Iterator[dict[str, Any]]:
    """Yield the job at *url* until it is terminal."""
    while True:
        job = _call(url)
        yield job
        if job["status"] in ENDED:
            return
        wait(POLL_EVERY_SECONDS)


def _last(states: Iterator[dict[str, Any]], say: Callable[[str], None]) -> dict[str, Any]:
    """Return the last of *states*, telling each that a person can tell from the one before."""
    told, job = "", {}
    for job in states:
        line = f"{job['status']:<12} {int(job['progress'] * 10) * 10:>3} %"
        if line != told:
            say(f"             {line}")
        told = line
    return job


def _describe(found: Inspection) -> str:
    sound = f"{found.sound} sound at {found.sample_rate} Hz" if found.sound else "no sound"
    return (
        f"{found.codec} {found.width}x{found.height}, {found.fps} fps, {found.frames} frames, "
        f"{float(found.seconds):g} s, {sound}"
    )


def _call(url: str, fields: object = None) -> dict[str, Any]:
    """Send *fields* as JSON, or a GET without any, and return the JSON answered."""
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    body = None if fields is None else json.dumps(fields).encode()
    try:
        with urlopen(Request(url, body, headers)) as answer:  # noqa: S310 - the emulator's own URL
            answered: dict[str, Any] = json.load(answer)
            return answered
    except HTTPError as refusal:
        with refusal:
            message = json.load(refusal)["error"]["message"]
        raise DemoError(f"{refusal.code}: {message}") from None


def _get(url: str) -> bytes:
    with urlopen(url) as answer:  # noqa: S310 - the emulator's own URL
        video: bytes = answer.read()
        return video
