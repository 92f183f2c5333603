"""Rule OUT-DOWNLOAD, as programs know it that people download with: a broken download goes on where it stopped."""

import http.client
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import httpx
import pytest
import requests

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

CUT = 100_000


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadServer(create_app(Settings(latency="instant"))) as server:
        headers = {"x-api-key": "sk-empiriolabs-clients", "content-type": "application/json"}
        body = b'{"model": "wan-2-6", "prompt": "x"}'
        with urlopen(Request(f"{server.url}/v1/videos/generations", body, headers)) as answer:
            poll = json.load(answer)["poll_url"]
        with urlopen(Request(server.url + poll, headers=headers)) as answer:
            yield json.load(answer)["result"]["data"][0]["url"]


@pytest.fixture(scope="module")
def video(url: str) -> bytes:
    with urlopen(url) as answer:
        content: bytes = answer.read()
    return content


@pytest.fixture
def broken(tmp_path: Path, video: bytes) -> Path:
    """A download that stopped in the middle."""
    path = tmp_path / "video.mp4"
    path.write_bytes(video[:CUT])
    return path


def test_curl_goes_on(url: str, video: bytes, broken: Path, tool: Any):
    subprocess.run(
        [tool("curl"), "-sS", "--fail", "-C", "-", "-o", broken, url], check=True, timeout=30
    )

    assert broken.read_bytes() == video


def test_wget_goes_on(url: str, video: bytes, broken: Path, tool: Any):
    subprocess.run([tool("wget"), "-q", "-c", "-O", broken, url], check=True, timeout=30)

    assert broken.read_bytes() == video


def test_curl_has_nothing_left_to_do(url: str, video: bytes, broken: Path, tool: Any):
    """A complete file asks for a range beyond its end, which curl takes from 416 and Content-Range."""
    broken.write_bytes(video)
    subprocess.run([tool("curl"), "-sS", "-C", "-", "-o", broken, url], check=False, timeout=30)

    assert broken.read_bytes() == video


def test_requests_goes_on(url: str, video: bytes):
    rest = requests.get(url, headers={"Range": f"bytes={CUT}-"}, timeout=30)

    assert rest.status_code == 206
    assert video[:CUT] + rest.content == video


def test_httpx_stops_in_the_middle_and_goes_on(url: str, video: bytes):
    with httpx.Client(timeout=30) as client:
        with client.stream("GET", url) as whole:
            begun = next(whole.iter_bytes(CUT))
        lacking = {"Range": f"bytes={len(begun)}-", "If-Range": whole.headers["etag"]}
        with client.stream("GET", url, headers=lacking) as rest:
            received = begun + b"".join(rest.iter_bytes())

    assert (whole.status_code, rest.status_code) == (200, 206)
    assert int(whole.headers["content-length"]) == len(video)
    assert received == video


def test_httpx_begins_anew_where_the_file_is_another(url: str, video: bytes):
    changed = {"Range": f"bytes={CUT}-", "If-Range": '"another"'}
    with httpx.stream("GET", url, headers=changed, timeout=30) as answer:
        received = b"".join(answer.iter_bytes())

    assert answer.status_code == 200
    assert received == video


def test_connection_is_kept_over_parts(url: str, video: bytes):
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    received = b""
    for begin in range(0, len(video), CUT):
        connection.request("GET", f"/{path}", headers={"Range": f"bytes={begin}-{begin + CUT - 1}"})
        received += connection.getresponse().read()
    connection.close()

    assert received == video
