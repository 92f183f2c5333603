"""An emulator in the process of its tests: there at once, several if need be, and gone without a trace."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import get_type_hints

import httpx
import pytest

from mock_server import Settings, WanMock, create_app, fixture_path
from mock_server.server import BindError
from mock_server.settings import SettingsError
from mock_server.state.log import PAGE
from mock_server.wan_mock import SettingsFields

FDS = Path("/proc/self/fd")
REQUEST = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 5}


def video(mock, **fields):
    """Make a video, and download it."""
    account = mock.account()
    headers = {"authorization": f"Bearer {account.api_key}"}
    with httpx.Client(base_url=mock.base_url, headers=headers, timeout=60) as client:
        job_id = client.post("/videos/generations", json=REQUEST | fields).json()["job_id"]
        account.jobs.finish(job_id)
        url = client.get(f"/jobs/{job_id}").json()["result"]["data"][0]["url"]
        return client.get(url).raise_for_status().content


def upload(mock, name):
    account = mock.account()
    with fixture_path(name).open("rb") as file:
        answer = httpx.post(
            f"{mock.base_url}/files/upload",
            files={"file": (name, file, "image/jpeg")},
            headers={"x-api-key": account.api_key},
        )
    assert answer.status_code == 200
    return account


def traces(folder):
    """What a process has that an emulator could leave behind: threads, open files, children, files in *folder*."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {*threading.enumerate()}, len([*FDS.iterdir()]), {*children}, {*folder.iterdir()}


def test_it_answers_at_its_url():
    with WanMock() as mock:
        assert mock.url.startswith("http://127.0.0.1:")
        assert mock.base_url == f"{mock.url}/v1"
        assert httpx.get(f"{mock.url}/livez").status_code == 200


def test_it_can_be_started_and_stopped_without_a_block():
    mock = WanMock().start()
    url = mock.url
    mock.stop()

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/livez")


def test_fresh_accounts_have_the_names_a1_a2():
    mock = WanMock()

    assert [mock.account().name for _ in range(3)] == ["a1", "a2", "a3"]


def test_fresh_account_is_never_one_that_is_there():
    with WanMock() as mock:
        httpx.get(f"{mock.base_url}/jobs", headers={"x-api-key": "sk-empiriolabs-a1.ci"})
        mock.account("a2")

        assert mock.account().name == "a3"


def test_forgotten_account_s_name_is_not_given_again():
    mock = WanMock()
    mock.account().reset()

    assert mock.account().name == "a2"


def test_key_opens_the_account():
    with WanMock() as mock:
        key = mock.account("me").api_key
        httpx.get(f"{mock.base_url}/jobs", headers={"x-api-key": key})

        assert [request.operation for request in mock.account("me").requests] == ["list"]


def test_reserved_accounts_act():
    with WanMock() as mock:
        revoked, nocredit = mock.account("revoked"), mock.account("nocredit-1")
        answer = httpx.get(f"{mock.base_url}/jobs", headers={"x-api-key": revoked.api_key})

    assert answer.status_code == 401
    assert nocredit.balance == 0


@pytest.mark.parametrize("name", ["", "a b", "a.b", "x" * 65])
def test_account_cannot_have_any_name(name):
    with pytest.raises(ValueError, match=r"is not the name of an account; letters, digits, - and"):
        WanMock().account(name)


def test_accounts_are_those_whose_keys_are_let_in():
    keys = {"sk-empiriolabs-x.ci", "sk-empiriolabs-x.me", "sk-empiriolabs-y", "other"}
    mock = WanMock(keys=keys)

    assert [mock.account().api_key for _ in range(2)] == ["sk-empiriolabs-x.ci", "sk-empiriolabs-y"]
    with pytest.raises(ValueError, match="every account whose key is let in is open already"):
        mock.account()
    with pytest.raises(ValueError, match="no key that is let in opens an account 'z'"):
        mock.account("z")


def test_settings_are_those_of_serve_but_for_the_port():
    assert WanMock().settings == Settings(port=0)
    assert WanMock(Settings(latency="instant"), seed=3).settings == Settings(
        latency="instant", seed=3, port=0
    )


def test_settings_have_the_fields_of_the_settings():
    """So that a type checker knows the keywords."""
    assert get_type_hints(SettingsFields) == get_type_hints(Settings)


def test_settings_that_cannot_be_are_told():
    with pytest.raises(SettingsError, match="latency='slow' is not one of"):
        WanMock(latency="slow")
    with pytest.raises(TypeError, match="speed"):
        WanMock(speed=1)  # type: ignore[call-arg]  # as a user without a type checker


def test_port_may_be_chosen():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BindError, match="is taken"):
            WanMock(port=port).start()


def test_several_run_at_once_and_know_nothing_of_each_other():
    with WanMock() as first, WanMock() as second:
        first.account("me").balance = 1

        assert first.url != second.url
        assert second.account("me").balance == 1000


def test_spend_is_of_all_accounts_and_the_forgotten_ones():
    with WanMock() as mock:
        accounts = [mock.account() for _ in range(3)]
        for account in accounts[:2]:
            headers = {"x-api-key": account.api_key}
            httpx.post(f"{mock.base_url}/videos/generations", json=REQUEST, headers=headers)
        accounts[0].reset()
        accounts[1].jobs.finish(accounts[1].jobs[0])

        assert (mock.spend.jobs, mock.spend.accounts, mock.spend.usd) == (2, 2, 1.38)


def test_failed_job_costs_nothing():
    with WanMock() as mock:
        account = mock.account()
        headers = {"x-api-key": account.api_key}
        httpx.post(f"{mock.base_url}/videos/generations", json=REQUEST, headers=headers)
        account.jobs.fail(account.jobs[0])

    assert (mock.spend.jobs, mock.spend.usd) == (1, 0)


def test_stopped_emulator_can_be_read_but_not_started():
    with WanMock() as mock:
        account = mock.account()
        httpx.get(f"{mock.base_url}/jobs", headers={"x-api-key": account.api_key})

    assert [request.operation for request in account.requests] == ["list"]
    with pytest.raises(RuntimeError, match="not running"):
        account.url  # noqa: B018
    with pytest.raises(RuntimeError, match="has been stopped; make another one"):
        mock.start()


def test_repr_tells_where_it_runs():
    with WanMock() as mock:
        assert repr(mock) == f"<WanMock {mock.url}>"

    assert repr(mock) == "<WanMock, not running>"


def test_it_starts_where_an_event_loop_runs():
    async def main() -> int:
        with WanMock() as mock:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{mock.url}/livez")).status_code

    assert asyncio.run(main()) == 200


def make_video(mock):
    assert video(mock)[4:8] == b"ftyp"


def send_picture(mock):
    assert video(mock, image=f"{mock.url}/fixtures/photo.jpg")[4:8] == b"ftyp"


def forget_upload(mock):
    upload(mock, "photo.jpg").reset()


@pytest.mark.parametrize("use", [WanMock.account, make_video, send_picture, forget_upload])
def test_nothing_is_left_behind(tmp_path, use):
    """No thread, no socket, no process, no file; whatever was done with it."""
    WanMock().start().stop()  # what is made once in a process
    before = traces(tmp_path)
    with WanMock(media_folder=tmp_path) as mock:
        use(mock)

    # What other tests have left may go meanwhile.
    for now, then in zip(traces(tmp_path), before, strict=True):
        assert now <= then


def test_reset_after_the_stop_leaves_nothing_behind(tmp_path):
    with WanMock(media_folder=tmp_path) as mock:
        account = upload(mock, "photo.jpg")
    account.reset()

    assert [*tmp_path.iterdir()] == []


def test_python_warns_of_nothing_that_was_left_open():
    # Loaded here, or asyncio would tell on a busy machine how long the first submission takes with them.
    program = """
import httpx, jsonschema_rs, mock_server.intake.survey
from mock_server import WanMock
for _ in range(3):
    with WanMock() as mock:
        headers = {"x-api-key": mock.account().api_key}
        image = mock.url + "/fixtures/photo.jpg"
        fields = {"model": "wan-2-6", "prompt": "a", "image": image}
        httpx.post(mock.base_url + "/videos/generations", json=fields, headers=headers, timeout=60)
    print(mock.spend)
WanMock()
"""
    command = (sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-c", program)
    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ran.stdout == "1 job in 1 account would have cost US$ 0.69; nothing was spent\n" * 3
    assert ran.stderr == ""


def test_forked_process_cannot_ask():
    """It would wait for ever for a thread that is not there."""
    program = """
import os
from mock_server import WanMock
with WanMock() as mock:
    account = mock.account()
    if os.fork() == 0:
        try:
            account.balance
        except RuntimeError as error:
            print(error, flush=True)
        os._exit(0)
    os.wait()
"""
    command = (sys.executable, "-W", "ignore::DeprecationWarning", "-c", program)
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)

    assert ran.stdout == "the server is in the parent process; ask it over HTTP\n"


def test_application_needs_no_lifespan():
    """Any ASGI transport will do."""

    async def main() -> tuple[int, bytes]:
        transport = httpx.ASGITransport(create_app(Settings(latency="instant")))
        headers = {"x-api-key": "sk-empiriolabs-me"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://emulator", headers=headers
        ) as client:
            submitted = await client.post("/v1/videos/generations", json=REQUEST)
            job = json.loads((await client.get(submitted.json()["poll_url"])).content)
            video = await client.get(job["result"]["data"][0]["url"])
            return submitted.status_code, video.content[4:8]

    assert asyncio.run(main()) == (202, b"ftyp")


def test_accounts_in_a_file_are_read_after_the_end_and_by_the_next(tmp_path):
    place = f"sqlite:{tmp_path / 'state.db'}"
    with WanMock(state=place, clock="manual") as mock:
        account = mock.account()
        headers = {"authorization": f"Bearer {account.api_key}"}
        answer = httpx.post(f"{mock.base_url}/videos/generations", json=REQUEST, headers=headers)
        job_id = answer.json()["job_id"]

    assert [job.id for job in account.jobs] == [job_id]
    assert account.held > 0
    with WanMock(state=place, clock="manual") as again:
        assert [job.id for job in again.account(account.name).jobs] == [job_id]
        assert [request.job_id for request in again.account(account.name).requests] == [job_id]
        assert again.account().name != account.name


def test_account_with_a_long_history_in_a_file_is_read_to_its_end(tmp_path):
    place = f"sqlite:{tmp_path / 'state.db'}"
    with (
        WanMock(state=place, clock="manual") as mock,
        WanMock(state=place, clock="manual") as other,
    ):
        account = mock.account()
        began = account.clock.now
        for _ in range(PAGE + 1):
            account.clock.advance(1)

        assert (other.account(account.name).clock.now - began).total_seconds() == PAGE + 1


def test_accounts_that_cannot_be_reached_are_a_value_error_that_says_why(tmp_path):
    file = tmp_path / "state.db"
    with WanMock(state=f"sqlite:{file}") as mock:
        account = mock.account()
        file.rename(tmp_path / "elsewhere")

        for ask in (mock.account, lambda: [*account.jobs], lambda: [*account.requests]):
            with pytest.raises(ValueError, match=r"cannot be reached: .*No such file"):
                ask()


def test_accounts_in_redis_are_refused_with_what_would_do():
    with pytest.raises(SettingsError, match=r"redis://.* memory or sqlite:FILE would do"):
        WanMock(state="redis://127.0.0.1:1/0")


@pytest.mark.parametrize("field", [{"workers": 2}, {"server": "granian"}, {"drain": 1.0}])
def test_what_is_for_the_command_is_refused(field, tmp_path):
    for state in (f"sqlite:{tmp_path / 'state.db'}", "memory"):
        with pytest.raises(SettingsError, match=r"is for wan-mock serve; leave it out"):
            WanMock(state=state, **field)


def test_state_of_other_settings_is_refused_with_both_values(tmp_path):
    place = f"sqlite:{tmp_path / 'state.db'}"
    WanMock(state=place, balance=5).stop()

    with pytest.raises(SettingsError, match=r"balance='5\.00' and not '1000\.00'"):
        WanMock(state=place)
