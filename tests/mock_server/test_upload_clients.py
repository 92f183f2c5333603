"""Uploads by programs that people upload with, over a real connection."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from mock_server import fixture_path
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

KEY = {"x-api-key": "sk-empiriolabs-clients"}
PATH = "/v1/files/upload"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    folder = tmp_path_factory.mktemp("media")
    with ThreadServer(create_app(Settings(media_folder=folder))) as server:
        yield server


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.bin"
    path.write_bytes(os.urandom(1 << 20) * 20)
    return path


def curl(tool: Any, *arguments: Any) -> tuple[int, Any]:
    command = [tool("curl"), "-sS", "-w", "\n%{http_code}", "-H", "x-api-key: sk-empiriolabs-curl"]
    ended = subprocess.run([*command, *arguments], capture_output=True, check=True, timeout=60)
    body, _, status = ended.stdout.rpartition(b"\n")
    return int(status), json.loads(body)


def test_curl_uploads_a_picture(server: ThreadServer, tool: Any):
    photo = fixture_path("photo.jpg")
    status, body = curl(tool, "-F", f"file=@{photo}", server.url + PATH)

    assert (status, body["content_type"]) == (200, "image/jpeg")
    assert body["path"].endswith("/photo.jpg")
    assert body["url"].startswith(f"{server.url}/media/file_")
    assert requests.get(body["url"], timeout=30).content == photo.read_bytes()


@pytest.mark.parametrize("options", [[], ["-H", "Transfer-Encoding: chunked"]])
def test_curl_uploads_a_large_file(server: ThreadServer, tool: Any, large: Path, options: Any):
    status, body = curl(tool, *options, "-F", f"file=@{large}", server.url + PATH)

    assert (status, body["bytes"]) == (200, 20 << 20)
    assert requests.get(body["url"], timeout=30).content == large.read_bytes()


def test_curl_hears_at_once_that_a_file_is_too_large(
    server: ThreadServer, tool: Any, tmp_path: Path
):
    """Rule REQ-SIZE."""
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    status, body = curl(tool, "-F", f"file=@{path}", server.url + PATH)

    assert (status, body["error"]["code"]) == (413, "request_too_large")


def test_requests_uploads_a_file_of_any_name(server: ThreadServer):
    files = {"file": ("фото 1.png", b"picture", "image/png")}
    answer = requests.post(server.url + PATH, files=files, headers=KEY, timeout=30)

    assert answer.status_code == 200
    assert requests.get(answer.json()["url"], timeout=30).content == b"picture"


def test_upload_is_resumed_where_its_download_broke_off(server: ThreadServer):
    """Rule OUT-DOWNLOAD."""
    files = {"file": ("clip.mp4", b"0123456789", "video/mp4")}
    url = requests.post(server.url + PATH, files=files, headers=KEY, timeout=30).json()["url"]
    rest = requests.get(url, headers={"Range": "bytes=4-"}, timeout=30)

    assert (rest.status_code, rest.content) == (206, b"456789")


def test_command_removes_what_was_uploaded_when_it_stops(tmp_path: Path, large: Path):
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--media-folder", tmp_path], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, contextlib.closing(process.stdout):
        url = process.stdout.readline().split()[3]
        with large.open("rb") as file:
            requests.post(url + PATH, files={"file": file}, headers=KEY, timeout=30)
        assert [path for path in tmp_path.rglob("*") if path.is_file()]
        with half_sent(url):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=10)

    assert process.returncode == 0
    assert [*tmp_path.iterdir()] == []


@contextlib.contextmanager
def half_sent(url: str) -> Iterator[None]:
    """Have an upload under way."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    assert host is not None
    assert port is not None
    head = f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nx-api-key: {KEY['x-api-key']}\r\n"
    head += "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999999\r\n\r\n"
    form = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    with socket.create_connection((host, port)) as connection:
        connection.sendall((head + form).encode() + b"x" * 3_000_000)
        yield
