"""The image by itself: its own command, its health check, and what it can do without."""

import json
import os
import re
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

TAG = os.environ.get("E2E_IMAGE", "")
if not TAG:
    pytest.skip("E2E_IMAGE names no image to test", allow_module_level=True)

pytestmark = pytest.mark.image

ROOT = Path(__file__).parents[2]
RUN = (ROOT / "deploy" / "image", "run")
ON_LOOPBACK = ("serve", "--host", "127.0.0.1", "--clock", "skip")
KEY = {"x-api-key": "sk-empiriolabs-image"}


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        number: int = sock.getsockname()[1]
        return number


@pytest.fixture
def image(running, port):
    """Return a function that runs the image while a block runs, at *port*."""

    def run(*arguments, **settings):
        return running(*RUN, *arguments, port=str(port), **settings)

    return run


def inside(port: int, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run *program* in the image to its end."""
    return subprocess.run(
        [*RUN, "--entrypoint", program, TAG, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "WAN_MOCK_PORT": str(port)},
        timeout=60,
    )


def health(port: int) -> int:
    """Return the exit status of the image's health check, as the Dockerfile has it."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (found,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", dockerfile, flags=re.MULTILINE)
    program, *arguments = json.loads(found)
    return inside(port, program, *arguments).returncode


def test_own_command_serves_on_every_address_with_control_closed(image, port):
    with image(TAG) as said:
        control = httpx.get(f"http://127.0.0.1:{port}/_mock/accounts")
        alive = httpx.get(f"http://127.0.0.1:{port}/livez")

    assert f"http://127.0.0.1:{port}" in said
    assert (alive.status_code, control.status_code) == (200, 404)


def test_control_interface_opens_to_the_token_under_names_of_this_machine(image, port):
    url, token = f"http://127.0.0.1:{port}/_mock", {"x-mock-token": "secret"}
    with image(TAG, control_token="secret"):
        dashboard = httpx.get(f"{url}/", headers={"host": "localhost:8026"})
        closed = httpx.get(f"{url}/accounts")
        opened = httpx.get(f"{url}/accounts", headers=token)
        by_name = httpx.get(f"{url}/accounts", headers={**token, "host": "wan-mock:8026"})

    assert [answer.status_code for answer in (dashboard, closed, opened, by_name)] == [
        200,
        404,
        200,
        403,
    ]


def test_control_interface_opens_under_the_name_in_the_public_url(image, port):
    headers = {"x-mock-token": "secret", "host": "wan-mock:8026"}
    with image(TAG, control_token="secret", public_url="http://wan-mock:8026"):
        answer = httpx.get(f"http://127.0.0.1:{port}/_mock/accounts", headers=headers)

    assert answer.status_code == 200


def test_health_check_tells_life_from_death(image, port):
    with image(TAG, *ON_LOOPBACK):
        alive = health(port)
    dead = health(port)

    assert (alive, dead) == (0, 1)


def test_process_is_number_1_and_nobody_in_particular(port):
    ran = inside(port, "sh", "-c", "echo $$ $(id -u) $(id -g)")

    assert ran.stdout.split() == ["1", "65532", "65532"]


def test_nothing_of_the_build_is_left(port):
    ran = inside(port, "sh", "-c", "ls /opt/wan-mock/bin; ls -d /source /wheels; python -m pip")

    assert "wan-mock" in ran.stdout.split()
    assert {"pip", "/source", "/wheels"}.isdisjoint(ran.stdout.split())
    assert "No module named pip" in ran.stderr


def test_nothing_in_it_can_be_changed_by_its_user(port):
    found = inside(port, "find", "/opt/wan-mock", "-writable", "-not", "-type", "l")

    assert (found.returncode, found.stdout) == (0, "")


def test_without_any_folder_to_write_to_it_serves_and_refuses_uploads_with_what_would_do(
    image, port
):
    url = f"http://127.0.0.1:{port}"
    with (
        image("--without-tmp", TAG, *ON_LOOPBACK),
        httpx.Client(base_url=url, headers=KEY) as api,
    ):
        submitted = api.post("/v1/videos/generations", json={"model": "wan-2-6", "prompt": "a"})
        polls = [api.get(submitted.json()["poll_url"]).json() for _ in range(12)]
        video = api.get(polls[-1]["result"]["data"][0]["url"])
        upload = api.post("/v1/files/upload", files={"file": b"content"})

    assert video.content[4:8] == b"ftyp"
    assert upload.status_code == 413
    assert "no folder to write to" in upload.json()["error"]["message"]
