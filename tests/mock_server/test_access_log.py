"""The access log: one line a request on standard error, for people or for programs, without secrets."""

import contextlib
import http.client
import io
import json
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from mock_server.access_log import AccessLog, to_standard_error
from mock_server.answers import Answer
from mock_server.exchange import Exchange
from mock_server.redaction import Redaction
from mock_server.settings import Settings

FORMATS = ["text", "json"]
AT = "2026-11-22T18:00:00.000Z"
TOKEN = "a-long-control-token"
FIELDS = [
    "time",
    "method",
    "path",
    "status",
    "milliseconds",
    "request_id",
    "account",
    "job_id",
    "rules",
    "struck_by",
]
TEXT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ /[!-~]* (?:\d{3}|---) \d+\.\d{3}ms req_[0-9a-f]{12}"
    r"(?: account=[!-~]+)?(?: job_id=[!-~]+)?(?: rules=[!-~]+)?(?: struck_by=[!-~]+)?\n"
)


@pytest.fixture
def lines(capsys):
    """Return a function that returns what was written to standard error since the last time."""
    return lambda: capsys.readouterr().err.splitlines(keepends=True)


@pytest.fixture
def fields(lines):
    """Return a function that reads the one line that was written, as JSON."""

    def read():
        (line,) = lines()
        return json.loads(line)

    return read


@pytest.fixture
def as_json(make_client):
    return make_client(log_format="json", clock="manual")


@pytest.fixture
def as_text(make_client):
    return make_client(log_format="text", clock="manual")


def after_milliseconds(line):
    """Return the *line* of text without the one thing in it that nobody can foretell."""
    return re.sub(r" \d+\.\d{3}ms ", " ", line)


def written(form, exchange, account=None, **scope):
    """Return the line of *exchange*."""
    lines: list[str] = []
    redaction = Redaction("sk-empiriolabs-", TOKEN)
    log = AccessLog(form, redaction, time=lambda: 0, write=lines.append)
    usual = {"type": "http", "method": "GET", "path": "/", "query_string": b""}
    log.write({**usual, **scope}, exchange, account)
    (line,) = lines
    return line


# Both formats


def test_json_line_has_every_field(as_json, fields):
    answer = as_json.submit()

    told = fields()
    assert [*told] == FIELDS
    assert told.pop("milliseconds") > 0
    assert told == {
        "time": AT,
        "method": "POST",
        "path": "/v1/videos/generations",
        "status": 202,
        "request_id": answer.headers["x-request-id"],
        "account": "tests",
        "job_id": answer.json["job_id"],
        "rules": [],
        "struck_by": None,
    }


def test_text_line_is_that_of_every_access_log_and_then_names(as_text, lines):
    answer = as_text.submit()
    request_id, job_id = answer.headers["x-request-id"], answer.json["job_id"]

    (line,) = lines()
    assert TEXT.fullmatch(line)
    assert after_milliseconds(line) == (
        f"{AT} POST /v1/videos/generations 202 {request_id} account=tests job_id={job_id}\n"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_each_request_is_one_line(make_client, form, lines):
    client = make_client(log_format=form)
    client.submit()
    client.get("/v1/jobs?limit=1")
    client.get("/v1/jobs/job_0")
    client.as_(None).get("/healthz")
    client.get("/nothing")
    client.get("/_mock/account")
    client.send("OPTIONS", "/v1/jobs")
    client.send("HEAD", "/metrics")

    found = lines()
    assert len(found) == 8
    if form == "text":
        assert all(TEXT.fullmatch(line) for line in found)
    else:
        assert all([*json.loads(line)] == FIELDS for line in found)


@pytest.mark.parametrize("form", FORMATS)
def test_duration_is_in_milliseconds(form):
    exchange = Exchange("req_1", 0)
    exchange.end(1_234_567)

    line = written(form, exchange)
    assert (" 1.235ms " if form == "text" else '"milliseconds": 1.235,') in line


def test_time_is_the_machines_whatever_the_clock_of_the_account(as_json, lines):
    as_json.advance(1000)
    as_json.time.pass_seconds(2.5)
    as_json.get("/v1/jobs")

    times = [json.loads(line)["time"] for line in lines()]
    assert times == [AT, "2026-11-22T18:00:02.500Z"]


def test_request_without_account_has_none(as_json, as_text, fields, lines):
    as_json.as_(None).get("/v1/models")
    told = fields()
    assert (told["status"], told["account"], told["job_id"]) == (200, None, None)

    as_text.as_(None).get("/v1/models")
    assert after_milliseconds(*lines()) == f"{AT} GET /v1/models 200 req_000000000001\n"


@pytest.mark.parametrize("key", [None, "nonsense"])
def test_request_that_was_refused_for_its_key_has_no_account(as_json, fields, key):
    as_json.as_(key).get("/v1/jobs")

    told = fields()
    assert (told["status"], told["account"]) == (401, None)


def test_account_of_a_call_to_the_control_interface_is_the_one_it_is_about(as_json, fields):
    as_json.as_(None).get("/_mock/account?account=looked-at")
    assert fields()["account"] == "looked-at"

    as_json.get("/_mock/accounts")
    assert fields()["account"] is None


def test_unknown_path_is_told_with_its_account(as_json, as_text, fields, lines):
    as_json.get("/v2/jobs?limit=1")
    told = fields()
    assert (told["path"], told["status"], told["account"]) == ("/v2/jobs?limit=1", 404, "tests")
    assert told["rules"] == []

    as_text.get("/v2/jobs?limit=1")
    line = after_milliseconds(*lines())
    assert line == f"{AT} GET /v2/jobs?limit=1 404 req_000000000001 account=tests\n"


def test_rules_that_a_request_broke_are_told(as_json, as_text, fields, lines):
    refused = {"prompt": " ", "duration": 99}
    as_json.submit(**refused)
    told = fields()
    assert told["status"] == 400
    assert told["rules"] == ["REQ-PROMPT", "REQ-DURATION"]

    as_text.submit(**refused)
    (line,) = lines()
    assert line.endswith(" account=tests rules=REQ-PROMPT,REQ-DURATION\n")


def test_job_that_is_asked_for_is_told_even_if_there_is_none(as_json, fields):
    as_json.get("/v1/jobs/job_0")

    told = fields()
    assert (told["status"], told["job_id"], told["rules"]) == (404, "job_0", ["JOB-UNKNOWN"])


def test_answer_that_a_scenario_struck_has_its_name(as_json, as_text, fields, lines):
    as_json.submit(prompt="@mock:submit-503")
    told = fields()
    assert (told["status"], told["struck_by"]) == (503, "submit-503")

    as_text.submit(prompt="@mock:submit-503")
    assert lines()[0].endswith(" account=tests struck_by=submit-503\n")


def test_answer_that_a_fault_struck_has_its_id(as_json, fields):
    as_json.post("/_mock/faults", {"operation": "list", "action": {"status": 418}})
    assert fields()["struck_by"] is None
    as_json.get("/v1/jobs")

    told = fields()
    assert (told["status"], told["struck_by"]) == (418, "fault_1")


@pytest.mark.parametrize("form", FORMATS)
def test_request_without_an_answer_has_no_status(form):
    line = written(form, Exchange("req_1", 0), "me")

    if form == "text":
        assert line == "1970-01-01T00:00:00.000Z GET / --- 0.000ms req_1 account=me\n"
    else:
        told = json.loads(line)
        assert (told["status"], told["struck_by"], told["account"]) == (None, None, "me")


def test_client_that_left_has_no_status(as_json, runner, fields):
    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        raise AssertionError(message)

    headers = [(b"authorization", b"Bearer sk-empiriolabs-tests")]
    path = "/v1/videos/generations"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b""}
    runner.run(as_json.app({**scope, "headers": headers}, receive, send))

    told = fields()
    assert (told["status"], told["struck_by"], told["account"]) == (None, None, "tests")


# Nothing in a line that does not belong there


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/a?key=sk-empiriolabs-secret", "/a?key=sk-empiriolabs-[redacted]"),
        ("/v1/jobs/sk-empiriolabs-secret", "/v1/jobs/sk-empiriolabs-[redacted]"),
        ("/a?key=sk%2Dempiriolabs%2Dsecret", "/a?key=sk%2Dempiriolabs%2D[redacted]"),
        ("/a?key=sk-empiriolabs-s%65cret&b=1", "/a?key=sk-empiriolabs-[redacted]&b=1"),
        (
            "/media/job_0.mp4?expires=1&sig=secret",
            "/media/job_0.mp4?expires=1&sig=[redacted]",
        ),
        ("/a?sig=secret&expires=1", "/a?sig=[redacted]&expires=1"),
        (f"/a?token={TOKEN}&b=1", "/a?token=[redacted]&b=1"),
    ],
)
def test_keys_token_and_signatures_are_redacted(make_client, form, target, shown, lines):
    client = make_client(log_format=form, control_token=TOKEN)
    client.get(target)

    (line,) = lines()
    told = line.split()[2] if form == "text" else json.loads(line)["path"]
    assert told == shown
    assert "secret" not in line
    assert TOKEN not in line


@pytest.mark.parametrize("form", FORMATS)
def test_signature_of_a_download_is_not_in_the_log(make_client, form, lines):
    client = make_client(log_format=form, clock="manual")
    path = client.submit(resolution="720p").json["poll_url"]
    client.advance(1000)
    url = client.get(path).json["result"]["data"][0]["url"]
    lines()
    assert client.as_(None).get(url).status == 200

    (line,) = lines()
    assert url.partition("sig=")[2] not in line
    assert "sig=[redacted]" in line


@pytest.mark.parametrize("form", FORMATS)
def test_headers_are_not_in_the_log(make_client, form, lines):
    client = make_client(log_format=form, key="sk-empiriolabs-me.laptop")
    client.get("/v1/jobs", headers={"x-mock-token": TOKEN, "cookie": "session=secret"})

    (line,) = lines()
    assert "sk-empiriolabs" not in line
    assert not [word for word in (TOKEN, "secret", "laptop") if word in line]


@pytest.mark.parametrize("form", FORMATS)
def test_account_and_job_are_redacted_as_well(form):
    exchange = Exchange("req_1", 0)
    exchange.job_id = "sk-empiriolabs-secret"

    line = written(form, exchange, f"me-{TOKEN}")
    assert TOKEN not in line
    assert "secret" not in line
    assert line.count("[redacted]") == 2


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("spelled", ["%0A", "%0d%0a", "%1b%5b31m", "%C3%A9", "%20", "%22"])
def test_path_neither_ends_the_line_nor_paints_it(make_client, form, spelled, lines):
    make_client(log_format=form).get(f"/v1/jobs/a{spelled}2026?b={spelled}")

    (line,) = lines()
    assert line.isascii()
    assert line.rstrip("\n").isprintable()
    if form == "text":
        assert TEXT.fullmatch(line)
    else:
        assert json.loads(line)["path"].isprintable()


@pytest.mark.parametrize("form", FORMATS)
@given(text=st.text(max_size=40), query=st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_request_is_one_line_that_paints_nothing(make_client, lines, form, text, query):
    """Whoever can send a request could else write lines of his own, or commands to a terminal."""
    client = make_client(log_format=form)
    client.get(f"/v1/jobs/{text.replace('?', '')}%0A%1B[2J?{query}")

    (line,) = lines()
    assert all(" " <= character <= "~" for character in line.rstrip("\n"))


@pytest.mark.parametrize("form", FORMATS)
@given(before=st.text(max_size=20), after=st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_key_is_ever_written(make_client, lines, form, before, after):
    secret = f"{before}sk-empiriolabs-tests.hidden{after}"
    client = make_client(log_format=form, key="sk-empiriolabs-tests.hidden")
    client.get(f"/v1/jobs/{secret.replace('?', '')}?a={secret}")
    client.submit(prompt=secret)

    assert "hidden" not in "".join(lines())


def test_query_that_is_not_ascii_is_quoted():
    line = written("text", Exchange("req_1", 0), query_string=b"a=\xff \n\x1b[1m")

    assert line.split()[2] == "/?a=%C3%BF%20%0A%1B[1m"


def test_path_with_half_a_character_is_told():
    line = written("json", Exchange("req_1", 0), path="/\ud800")

    assert json.loads(line)["path"] == "/%3F"


def test_name_of_who_struck_is_one_word():
    exchange = Exchange("req_1", 0)
    exchange.answer = Answer(200, struck_by="two words\n")

    assert written("text", exchange).endswith(" struck_by=two%20words%0A\n")


# Where it is written


class Raising(io.StringIO):
    """Standard error that cannot be written to."""

    def write(self, _: str) -> int:
        raise BrokenPipeError(32, "pipe")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [None, Raising(), closed()])
def test_request_is_answered_though_nobody_can_read_the_log(as_json, stream):
    with contextlib.redirect_stderr(stream):
        assert as_json.get("/v1/jobs").status == 200


def test_line_goes_to_what_is_standard_error_now():
    with contextlib.redirect_stderr(io.StringIO()) as stream:
        to_standard_error("a line\n")

    assert stream.getvalue() == "a line\n"


def test_log_is_off_by_default(client, lines):
    assert Settings().log_format is None
    client.submit()
    client.get("/nothing")

    assert lines() == []


# The command


@contextlib.contextmanager
def serving(*options):
    """Run the command; yield a function that makes a request, and the process."""
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://([0-9.:]+)", process.stdout.readline())
            assert found is not None
            address = found[1]
            yield lambda *request: ask(address, *request), process
        finally:
            process.kill()


def ask(address, method, target, fields=None):
    """Return the status of the answer, None where the connection ends without one."""
    connection = http.client.HTTPConnection(address, timeout=30)
    headers = {"x-api-key": "sk-empiriolabs-me", "content-type": "application/json"}
    with contextlib.closing(connection):
        body = None if fields is None else json.dumps(fields)
        connection.request(method, target, body, headers)
        try:
            return connection.getresponse().status
        except http.client.RemoteDisconnected:
            return None


def requests_made(ask):
    drop = {"operation": "models", "action": {"drop": True}}
    statuses = [
        ask("POST", "/_mock/faults", drop),
        ask("GET", "/v1/models"),
        ask("GET", "/v1/jobs?limit=1"),
        ask("GET", "/nothing?sig=secret"),
    ]
    assert statuses == [201, None, 200, 404]


def ended(process):
    """Return what the command wrote to standard error until it was asked to end."""
    process.terminate()
    _, complaints = process.communicate(timeout=30)
    assert process.returncode == 0
    return complaints.splitlines(keepends=True)


def test_serve_writes_text_when_asked_to():
    with serving("--log-format", "text") as (ask, process):
        requests_made(ask)
        found = ended(process)

    assert all(TEXT.fullmatch(line) for line in found)
    told = [after_milliseconds(line).partition(" ")[2] for line in found]
    assert told == [
        "POST /_mock/faults 201 req_000000000001 account=me\n",
        "GET /v1/models --- req_000000000002 account=me struck_by=fault_1\n",
        "GET /v1/jobs?limit=1 200 req_000000000003 account=me\n",
        "GET /nothing?sig=[redacted] 404 req_000000000004 account=me\n",
    ]


def test_serve_writes_json_when_asked_to():
    with serving("--log-format", "json") as (ask, process):
        requests_made(ask)
        found = [json.loads(line) for line in ended(process)]

    told = [(one["path"], one["status"], one["account"], one["struck_by"]) for one in found]
    assert told == [
        ("/_mock/faults", 201, "me", None),
        ("/v1/models", None, "me", "fault_1"),
        ("/v1/jobs?limit=1", 200, "me", None),
        ("/nothing?sig=[redacted]", 404, "me", None),
    ]


def test_serve_writes_nothing_unless_asked_to():
    with serving() as (ask, process):
        requests_made(ask)
        assert ended(process) == []


def test_serve_refuses_another_format():
    command = [sys.executable, "-m", "mock_server", "serve", "--log-format", "xml"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)

    assert ran.returncode == 2
    assert "'xml' is not one of 'text', 'json'" in ran.stderr
