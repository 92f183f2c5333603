"""A failure is found, kept in files, and shown again for as long as the target is broken."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.asgi import AsgiTransport
from contracts.document import load
from contracts.events import RuleBroken
from contracts.exchange import Sent
from contracts.money.guard import NotSentError
from contracts.opening import Opening
from contracts.replay import ReplayError, broken_by, replay
from contracts.reports.folder import write_reports
from contracts.run import Plan, Profile, Run
from contracts.script import Call, Follow, OnJob, Script, Submit
from contracts.script_json import ScriptError, to_json
from contracts.target import TargetError
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

ROOT = Path(__file__).parents[2]
CONTRACT = load()
POLICIES = CONTRACT.policies_with({})
FIELDS = {"model": "wan-2-6", "prompt": "a lighthouse", "resolution": "720p"}
ENDS = Script(
    name="a job to its end",
    rules=("JOB-PROGRESS",),
    steps=(Submit(fields=FIELDS), Follow(seconds=1), OnJob(operation="job")),
)
LIST_OF_OTHER = Sent(operation="list", method="GET", target="/v1/jobs", key="other")
HEALTHY = Script(
    name="health",
    rules=("HEALTH",),
    steps=(Call(Sent(operation="livez", method="GET", target="/livez", key=None)),),
)


class Unfinished:
    """The application, but for jobs that are never quite done."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def changed(message):
            if scope["path"].startswith("/v1/jobs/") and "body" in message:
                message = {
                    **message,
                    "body": message["body"].replace(b'"progress":1.0', b'"progress":0.9'),
                }
            await send(message)

        await self.app(scope, receive, changed)


def sound():
    return create_app(Settings())


@pytest.fixture
def opening():
    """Return a function that opens accounts at an application of this process; what it connects is closed."""
    transports = []

    def make(app):
        def connect(keys):
            transports.append(AsgiTransport(app, keys))
            return transports[-1]

        return Opening(CONTRACT, "sk-empiriolabs-replays", connect, POLICIES)

    yield make
    for transport in transports:
        transport.close()


@pytest.fixture
def serve():
    """Return a function that serves an application and gives its URL."""
    servers = []

    def start(app):
        servers.append(ThreadServer(app))
        servers[-1].start()
        return servers[-1].url

    yield start
    for server in servers:
        server.stop()


def events(opening, url):
    plan = Plan(
        target=url,
        is_emulator=True,
        scripts=[HEALTHY, ENDS],
        profile=Profile(name="short", examples=0, steps=0, seconds=60),
        seed=0,
    )
    return Run(CONTRACT, plan, opening.open).events()


@pytest.fixture
def found(tmp_path, opening):
    """A folder of reports of a broken application, and the failure of its progress."""
    reported = [
        *write_reports(
            events(opening(Unfinished(sound())), "app"),
            tmp_path,
            CONTRACT,
            datetime(2026, 11, 27, tzinfo=UTC),
        )
    ]
    broken = [event for event in reported if isinstance(event, RuleBroken)]
    number = next(
        number
        for number, event in enumerate(broken, 1)
        if event.failure.verdict.rule == "JOB-PROGRESS"
    )
    return tmp_path, number, broken[number - 1]


def run_test(path, url):
    """Run the pytest file at *path* against *url* as users do, and return its status and what it says."""
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-q",
            "--rootdir",
            path.parent,
            path,
        ],
        cwd=path.parent,
        env={"PATH": "/usr/bin:/bin", "EMPIRIOLABS_BASE_URL": url},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_test_file_fails_while_the_target_is_broken_and_passes_once_it_is_not(found, serve):
    folder, number, _ = found
    path = folder / f"test_replay_{number}.py"

    code, text = run_test(path, serve(Unfinished(sound())))
    assert code == 1, text
    assert "JOB-PROGRESS at /progress: expected 1" in text

    code, text = run_test(path, serve(sound()))
    assert code == 0, text
    assert "1 passed" in text


def test_test_file_without_a_target_is_an_error_and_no_pass(found):
    folder, number, _ = found
    code, text = run_test(folder / f"test_replay_{number}.py", "http://127.0.0.1:1")

    assert code == 1
    assert "TargetError" in text


def test_failure_is_shown_again_by_its_script(found, opening):
    event = found[2]

    assert event.is_reproduced
    assert broken_by(opening(Unfinished(sound())).open(), event.script, "JOB-PROGRESS")
    assert broken_by(opening(sound()).open(), event.script, "JOB-PROGRESS") == []


def test_replay_twice_is_on_accounts_that_nobody_has_used(serve):
    url, script = serve(sound()), to_json(ENDS)

    for _ in range(2):
        assert replay(script, "JOB-PROGRESS", url, keys={"main": None}) == []


@pytest.mark.parametrize(
    ("script", "rule", "told"),
    [
        (Script(name="", rules=(), steps=()), "HEALTH", "nothing was sent"),
        (HEALTHY, "JOB-LIST", "the last request, GET /livez, got status 200"),
    ],
)
def test_rule_that_is_not_exercised_is_no_pass(opening, script, rule, told):
    with pytest.raises(ReplayError, match=f"^{rule} was not exercised: {told}$"):
        broken_by(opening(sound()).open(), script, rule)


def test_rule_that_gets_no_answer_is_no_pass(opening):
    async def cuts(scope, receive, send):
        raise ConnectionError

    # The accounts are opened at an application that answers, and the script is sent to one that does not.
    whole = sound()

    async def app(scope, receive, send):
        await (whole if scope["path"].startswith("/_mock") else cuts)(scope, receive, send)

    with pytest.raises(ReplayError, match="got the application raised ConnectionError"):
        broken_by(opening(app).open(), HEALTHY, "JOB-LIST")


def test_live_target_is_sent_nothing_that_the_budget_does_not_cover(serve):
    url = serve(create_app(Settings(control=False, latency="instant")))
    keys = {"main": "sk-empiriolabs-live", "other": None}

    with pytest.raises(NotSentError, match=r"it could cost US\$ "):
        replay(to_json(ENDS), "JOB-PROGRESS", url, keys=keys)
    assert replay(to_json(ENDS), "JOB-PROGRESS", url, keys=keys, max_cost="2.25") == []
    assert replay(to_json(HEALTHY), "HEALTH", url, keys=keys) == []


def test_what_is_no_script_or_no_target_is_refused():
    with pytest.raises(ScriptError):
        replay({}, "HEALTH", "http://127.0.0.1:1", keys={})
    with pytest.raises(TargetError):
        replay(to_json(HEALTHY), "HEALTH", "http://127.0.0.1:1", keys={})


def test_key_that_a_live_target_would_need_is_asked_for(serve):
    url = serve(create_app(Settings(control=False, latency="instant")))
    script = Script(name="x", rules=("JOB-LIST",), steps=(Call(LIST_OF_OTHER),))
    with pytest.raises(ReplayError, match="needs the key called 'other', and there is none"):
        replay(
            to_json(script), "JOB-LIST", url, keys={"main": "sk-empiriolabs-live", "other": None}
        )
