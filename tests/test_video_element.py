"""Rule OUT-DOWNLOAD, as a browser knows it: a page's video element loads a finished job, seeks in it and plays it."""

import base64
import io
import itertools
import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request as HttpRequest, urlopen

import av
import pytest
from PIL import Image, ImageChops, ImageStat
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

# So long that a browser does not load it all before it is asked to seek: ten megabytes.
SECONDS = 150
FPS = 30
SMALL = (320, 180)
PATIENCE_SECONDS = 60

# In the middle of a frame, where no rounding makes it the next one.
FORWARD, BACK, NEAR_THE_END = 120.25, 1.05, 149.75

CHROMIUM = (
    "--headless=new",
    "--no-sandbox",  # which root may not use, and CI is root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

PAGE = f"""<!doctype html>
<video muted preload="metadata"></video>
<canvas width="{SMALL[0]}" height="{SMALL[1]}"></canvas>
<script>
const video = document.querySelector("video"), canvas = document.querySelector("canvas");

function heard(name) {{
  return new Promise((resolve, reject) => {{
    video.addEventListener(name, resolve, {{once: true}});
    video.addEventListener("error", () => reject(video.error.message), {{once: true}});
  }});
}}

async function seek(seconds) {{
  const seeked = heard("seeked");
  video.currentTime = seconds;
  await seeked;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return {{at: video.currentTime, ready: video.readyState, frame: canvas.toDataURL("image/png")}};
}}

async function watch() {{
  const loaded = heard("loadedmetadata");
  video.src = new URLSearchParams(location.search).get("video");
  await loaded;
  const {{duration, videoWidth, videoHeight}} = video;
  const forward = await seek({FORWARD}), back = await seek({BACK});
  await seek({NEAR_THE_END});
  const ended = heard("ended");
  await video.play();
  await ended;
  return {{duration, size: [videoWidth, videoHeight], forward, back, last: video.currentTime}};
}}

watch().catch((error) => ({{error: String(error)}})).then(
  (seen) => fetch("/seen", {{method: "POST", body: JSON.stringify(seen)}}));
</script>
"""


class Screening:
    """The emulator, a page of the same origin that shows its videos, and what both tell about it."""

    def __init__(self, app: ASGIApp) -> None:
        self.asked: list[tuple[str, int]] = []
        """The Range and the status of each request for a video."""
        self.seen: Future[Any] = Future()
        """What the page found out."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.asked.append((request.headers.get("range", ""), message["status"]))
            await send(message)

        match scope["path"].split("/")[1]:
            case "page":
                await HTMLResponse(PAGE)(scope, receive, send)
            case "seen":
                self.seen.set_result(await request.json())
                await Response(status_code=204)(scope, receive, send)
            case "media":
                await self._app(scope, receive, send_noted)
            case _:
                await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def screening(tmp_path_factory: pytest.TempPathFactory) -> Screening:
    """An emulator with a second model, which is Wan 2.6 but for the length of its videos."""
    parts = json.loads((files("contracts") / "documents" / "wan-2-6.json").read_text())
    model = parts["model"]
    model["card"]["id"] = "wan-long"
    model["request"]["schema"]["properties"]["duration"]["maximum"] = SECONDS
    model["request"]["schema"]["examples"] = []
    path = tmp_path_factory.mktemp("documents") / "wan-long.json"
    path.write_text(json.dumps({"format": parts["format"], "model": model}))
    return Screening(create_app(Settings(latency="instant", documents=(path,))))


@pytest.fixture(scope="module")
def url(screening: Screening) -> Iterator[str]:
    """The URL of a finished job's video."""
    with ThreadServer(screening) as server:
        headers = {"x-api-key": "sk-empiriolabs-screen", "content-type": "application/json"}
        fields = {"model": "wan-long", "prompt": "x", "duration": SECONDS, "audio": False}
        body = json.dumps(fields).encode()
        with urlopen(HttpRequest(f"{server.url}/v1/videos/generations", body, headers)) as answer:
            poll = json.load(answer)["poll_url"]
        with urlopen(HttpRequest(server.url + poll, headers=headers)) as answer:
            yield json.load(answer)["result"]["data"][0]["url"]


@pytest.fixture(scope="module")
def seen(screening: Screening, url: str, tool: Any, tmp_path_factory: Any) -> Any:
    """What a page in Chromium found out about the video, and what it asked for."""
    page = f"{url.partition('/media/')[0]}/page?{urlencode({'video': url})}"
    folder = tmp_path_factory.mktemp("chromium")
    command = [tool("chromium"), *CHROMIUM, f"--user-data-dir={folder / 'profile'}", page]
    errors = folder / "errors"
    with errors.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            seen = screening.seen.result(PATIENCE_SECONDS)
        except TimeoutError:
            pytest.fail(f"the page told nothing; Chromium said: {errors.read_text()[-2000:]}")
        finally:
            process.terminate()
    assert "error" not in seen, seen["error"]
    return {**seen, "asked": [*screening.asked]}


@pytest.fixture(scope="module")
def first_second(url: str) -> list[Image.Image]:
    """The frames of the video's first second, which all others repeat."""
    with urlopen(url) as answer, av.open(io.BytesIO(answer.read()), "r") as container:
        frames = itertools.islice(container.decode(video=0), FPS)
        return [frame.to_image().resize(SMALL) for frame in frames]


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures, over all pixels and colours."""
    mean = ImageStat.Stat(ImageChops.difference(one, other)).mean
    return sum(mean) / len(mean)


def test_element_knows_length_and_size_before_it_plays(seen: Any):
    assert (seen["duration"], seen["size"]) == (SECONDS, [1920, 1080])


@pytest.mark.parametrize(("way", "moment"), [("forward", FORWARD), ("back", BACK)])
def test_seeking_shows_the_frame_of_the_moment(
    seen: Any, first_second: list[Image.Image], way: str, moment: float
):
    shown = Image.open(io.BytesIO(base64.b64decode(seen[way]["frame"].partition(",")[2])))
    differences = [difference(shown.convert("RGB"), frame) for frame in first_second]

    assert seen[way]["at"] == moment
    assert seen[way]["ready"] >= 2  # there is a picture of the moment
    assert differences.index(min(differences)) == int(moment % 1 * FPS)


def test_element_plays_to_the_end(seen: Any):
    assert seen["last"] == SECONDS


def test_browser_asks_for_the_parts_that_it_lacks(seen: Any):
    """What it asks for again is in its cache and unchanged, hence 304."""
    (first, status), *later = seen["asked"]

    assert (first, status) == ("bytes=0-", 206)
    assert {status for _, status in later} <= {206, 304}
    assert any(status == 206 and not range_.startswith("bytes=0-") for range_, status in later)
