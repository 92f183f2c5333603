"""Adapters as processes: what they are given, how they end, and what is seen of their file."""

import json
import os
import sys

import pytest

from contracts.conformance import adapter
from contracts.conformance.adapter import AdapterError, Task, command_of, run


@pytest.fixture
def ran(tmp_path):
    """Run Python code as an adapter; return how it went."""

    def ran(code, deadline=5.0, **more):
        task = Task(
            case="a-case",
            request={"prompt": "x"},
            deadline=deadline,
            url="http://127.0.0.1:1",
            key="sk-empiriolabs-x",
            folder=tmp_path,
        )
        return run([sys.executable, "-c", code], task, os.environ, **more)

    return ran


SAY = "print(json.dumps({'outcome': 'error', 'message': %s}))"


def test_adapter_gets_its_task_and_where_the_api_is(ran):
    told = "json.dumps([json.load(sys.stdin), {n: v for n, v in os.environ.items() if n.startswith('EMPIRIOLABS')}])"
    said = ran(f"import json, os, sys; {SAY % told}").said
    task, environment = json.loads(said.message)
    assert (task["case"], task["request"], task["deadline_seconds"]) == (
        "a-case",
        {"prompt": "x"},
        5.0,
    )
    assert task["output"].endswith("video.mp4")
    assert environment["EMPIRIOLABS_API_BASE"] == "http://127.0.0.1:1/v1"
    assert environment["EMPIRIOLABS_API_KEY"] == "sk-empiriolabs-x"


def test_adapter_that_crashes_is_told_with_what_it_said(ran):
    found = ran("raise SystemExit('broken')")
    assert found.said is None
    assert found.trouble.endswith("it ended with status 1; its last words: broken")
    assert "broken" in found.errors


def test_adapter_that_hangs_is_killed_with_all_it_started(ran, monkeypatch):
    monkeypatch.setattr(adapter, "GRACE_SECONDS", 0.2)
    code = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)"
    found = ran(code, deadline=0.4)
    assert (found.said, found.is_killed) == (None, True)
    assert "killed" in found.trouble
    assert found.seconds < 10


def test_adapter_is_ended_when_the_run_is(ran):
    assert ran("import time; time.sleep(60)", is_over=lambda: True).is_killed


def test_parts_of_a_file_are_seen(ran, tmp_path):
    path = str(tmp_path / "video.mp4")
    code = f"import time, json; f = open({path!r}, 'wb'); f.write(b'abc'); f.flush(); time.sleep(0.5); f.write(b'd'); f.close(); {SAY % 1}"
    found = ran(code)
    assert 3 in found.glimpses
    assert found.saved == b"abcd"


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), ("'", "No closing"), ("no-such-program-at-all x", "no program")],
)
def test_command_that_cannot_be_run_is_refused(text, words):
    with pytest.raises(AdapterError, match=words):
        command_of(text)


def test_command_is_split_as_a_shell_does():
    assert command_of("python 'a b.py' c") == ("python", "a b.py", "c")
