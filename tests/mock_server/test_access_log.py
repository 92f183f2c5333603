"""The access log: one line a request on standard error, for people or for programs."""

import contextlib
import json
import re
import subprocess
import sys
import urllib.request

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from mock_server.access_log import to_standard_error


@pytest.fixture
def logged(make_client, capsys):
    """Return a function that makes a client, and one that returns the lines so far."""

    def lines():
        return capsys.readouterr().err.splitlines()

    def make(form, **settings):
        return make_client(log_format=form, **settings), lines

    return make


def test_nothing_is_written_unless_asked_for(client, capsys):
    client.submit()

    assert capsys.readouterr().err == ""


def test_json_has_all_that_is_known_of_a_request(logged):
    client, lines = logged("json")
    answer = client.submit()

    [line] = map(json.loads, lines())
    assert line.pop("milliseconds") >= 0
    assert line == {
        "time": "2026-11-22T18:00:00.000Z",
        "method": "POST",
        "path": "/v1/videos/generations",
        "status": 202,
        "request_id": answer.headers["x-request-id"],
        "account": "tests",
        "job_id": answer.json["job_id"],
        "rules": [],
        "struck_by": None,
    }


def test_text_names_what_is_known_and_leaves_out_what_is_not(logged):
    client, lines = logged("text")
    job_id = client.submit(prompt="@mock:poll-503").json["job_id"]
    client.submit(prompt="", duration=99)
    client.get(f"/v1/jobs/{job_id}")
    client.get(f"/v1/jobs/{job_id}")
    client.as_(None).get("/livez?a=1")

    submitted, refused, _, struck, alive = (line.split(" ") for line in lines())
    assert submitted[:4] == ["2026-11-22T18:00:00.000Z", "POST", "/v1/videos/generations", "202"]
    assert submitted[4].endswith("ms")
    assert submitted[5:] == ["req_000000000001", "account=tests", f"job_id={job_id}"]
    assert refused[6:] == ["account=tests", "rules=REQ-PROMPT,REQ-DURATION"]
    assert struck[6:] == ["account=tests", f"job_id={job_id}", "struck_by=poll-503"]
    assert alive[1:4] == ["GET", "/livez?a=1", "200"]
    assert len(alive) == 6


def test_answer_that_never_came_has_no_status(logged):
    client, lines = logged("text")
    client.post("/_mock/faults", {"operation": "list", "action": {"reset": True}})
    with pytest.raises(ConnectionError):
        client.get("/v1/jobs")

    assert lines()[-1].split(" ")[3] == "---"


def test_client_that_left_has_no_status(logged, runner):
    client, lines = logged("json")

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        raise AssertionError(message)

    headers = [(b"authorization", b"Bearer sk-empiriolabs-tests")]
    path = "/v1/videos/generations"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b""}
    runner.run(client.app({**scope, "headers": headers}, receive, send))

    line = json.loads(lines()[0])
    assert (line["status"], line["struck_by"], line["account"]) == (None, None, "tests")


def test_time_is_the_machines_whatever_the_clock_of_the_account(logged):
    client, lines = logged("json", clock="manual")
    client.advance(3600)

    assert json.loads(lines()[0])["time"] == "2026-11-22T18:00:00.000Z"


@pytest.mark.parametrize("form", ["text", "json"])
@given(text=st.text(max_size=40), query=st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_request_is_one_line_that_paints_nothing(logged, form, text, query):
    """Whoever can send a request could else write lines of his own, or commands to a terminal."""
    client, lines = logged(form)
    lines()
    path = text.replace("?", "")
    client.send("GET", f"/v1/jobs/{path}%0A%1B[2J?{query}")

    [line] = lines()
    assert all(" " <= character <= "~" for character in line)


@given(
    before=st.text(max_size=20), after=st.text(max_size=20), form=st.sampled_from(["text", "json"])
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_key_is_ever_written(logged, before, after, form):
    client, lines = logged(form)
    secret = f"{before}sk-empiriolabs-tests.hidden{after}"
    client = client.as_("sk-empiriolabs-tests.hidden")
    client.get(f"/v1/jobs/{secret.replace('?', '')}?a={secret}")
    client.submit(prompt=secret)

    assert "hidden" not in "".join(lines())


def test_signatures_and_token_are_not_written(logged):
    client, lines = logged("text", control_token="a-long-token")
    url = client.finished()["result"]["data"][0]["url"]
    client.get(url)
    client.get("/v1/jobs/a-long-token", headers={"x-mock-token": "a-long-token"})

    written = "".join(lines())
    assert "sig=[redacted]" in written
    assert "a-long-token" not in written


def test_nobody_who_reads_is_no_reason_to_fail(tmp_path, capsys):
    unwritable = tmp_path / "log"
    unwritable.touch()
    with contextlib.redirect_stderr(None):
        to_standard_error("a line\n")
    with unwritable.open() as reader, contextlib.redirect_stderr(reader):
        to_standard_error("a line\n")
    to_standard_error("another\n")

    assert capsys.readouterr().err == "another\n"


def test_command_writes_a_line_a_request_to_standard_error():
    """As users run it; nothing else than the welcome goes to standard output."""
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", "--log-format", "json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        assert serving.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", serving.stdout.readline())
        assert found is not None
        with urllib.request.urlopen(f"{found[0]}/livez") as answer:
            request_id = answer.headers["x-request-id"]
        line = json.loads(serving.stderr.readline())
        serving.terminate()

    assert (line["request_id"], line["path"], line["status"]) == (request_id, "/livez", 200)
