"""The container's health check, run as the container runs it."""

import os
import subprocess
import sys
from pathlib import Path

from mock_server.app import create_app
from mock_server.server import ThreadServer

LIVEZ = Path(__file__).parents[2] / "deploy" / "livez.py"


def check(port: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-IS", LIVEZ],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "WAN_MOCK_PORT": str(port)},
        timeout=60,
    )


def port_of(server: ThreadServer) -> int:
    return int(server.url.rpartition(":")[2])


def test_emulator_that_answers_is_healthy():
    with ThreadServer(create_app()) as server:
        checked = check(port_of(server))

    assert (checked.returncode, checked.stderr) == (0, "")


def test_server_that_has_no_livez_is_not_healthy():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body"})

    with ThreadServer(app) as server:
        port = port_of(server)
        checked = check(port)

    assert (checked.returncode, checked.stderr) == (1, f"port {port}: /livez does not answer 200\n")


def test_server_that_closes_without_an_answer_is_not_healthy():
    async def app(scope, receive, send):
        raise ConnectionError

    with ThreadServer(app) as server:
        assert check(port_of(server)).returncode == 1


def test_nobody_there_is_not_healthy():
    with ThreadServer(create_app()) as server:
        port = port_of(server)
    checked = check(port)

    assert checked.returncode == 1
    assert checked.stderr.startswith(f"port {port}: ")
    assert checked.stderr.count("\n") == 1


def test_port_that_is_no_number_is_one_line():
    checked = check("tcp://10.0.0.1:8026")

    assert checked.returncode == 1
    assert checked.stderr.count("\n") == 1


def test_check_that_is_run_every_few_seconds_loads_no_http_library():
    program = f"import runpy, sys; runpy.run_path({str(LIVEZ)!r}); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-IS", "-c", program], check=True, capture_output=True, text=True
    )

    assert {"http", "urllib", "mock_server", "asyncio"}.isdisjoint(ran.stdout.split())
