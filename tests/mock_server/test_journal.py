"""/_mock/requests: what an account's clients sent and were answered."""

import asyncio
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from mock_server.answers import Answer
from mock_server.exchange import MOST_BODY, Exchange
from mock_server.journal import Journal
from mock_server.settings import Settings

REQUESTS = "/_mock/requests"
SUBMIT = "/v1/videos/generations"


def entries(client, query=""):
    answer = client.get(f"{REQUESTS}{query}")
    assert answer.status == 200, answer.body
    return answer.json["data"]


def latest(client):
    return entries(client, "?limit=1")[0]


def added_to(journal, body=b"", headers=(), path="/v1/jobs", sent=b""):
    exchange = Exchange("req_1", 0)
    exchange.read(sent)
    exchange.answer = Answer(status=200, body=body)
    exchange.end(1)
    scope = {"method": "GET", "path": path, "query_string": b"", "headers": headers}
    journal.add(exchange, scope, at=0)
    return exchange


@given(
    sizes=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000))),
    most_entries=st.integers(0, 20),
    most_bytes=st.integers(0, 20_000),
)
def test_ring_keeps_both_bounds_and_the_latest(sizes, most_entries, most_bytes):
    journal = Journal(most_entries, most_bytes)
    added = []
    for size, sent in sizes:
        added.append(added_to(journal, body=b"x" * size, sent=b"y" * sent))

        kept = [*journal.newest()]
        assert len(kept) == len(journal) <= most_entries
        assert sum(exchange.size for exchange in kept) == journal.bytes <= most_bytes
        assert kept == added[::-1][: len(kept)]
        if len(kept) < min(len(added), most_entries):
            assert journal.bytes + added[-len(kept) - 1].size > most_bytes

    journal.clear()
    assert (len(journal), journal.bytes) == (0, 0)


def test_bytes_are_about_what_it_takes_of_memory():
    """Else the bound would bound nothing."""
    journal = Journal(10_000, 1 << 40)
    tracemalloc.start()
    for number in range(1000):
        headers = [(b"header-%d" % index, b"v" * 40 + b"%d" % number) for index in range(8)]
        added_to(journal, body=b"x" * number, headers=headers, sent=b"y" * number)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 0.5 * journal.bytes < taken < 1.1 * journal.bytes


def test_entry_has_request_and_answer(client):
    fields = {"model": "wan-2-6", "prompt": "a"}
    answer = client.post(f"{SUBMIT}?a=1", fields)

    entry = latest(client)
    assert entry.pop("milliseconds") >= 0
    assert entry == {
        "id": answer.headers["x-request-id"],
        "at": "2026-11-22T18:00:00.000Z",
        "operation": "submit",
        "method": "POST",
        "path": SUBMIT,
        "query": "a=1",
        "status": 202,
        "job_id": answer.json["job_id"],
        "scenario": None,
        "fault": None,
        "rules": [],
        "violations": [],
        "notes": [],
        "near": None,
        "request": {
            "headers": {
                "host": "127.0.0.1:8026",
                "content-type": "application/json",
                "content-length": str(len(json.dumps(fields))),
                "authorization": "Bearer [redacted]",
            },
            "body": json.dumps(fields),
            "bytes": len(json.dumps(fields)),
            "is_cut": False,
        },
        "answer": {
            "headers": answer.headers,
            "body": answer.body.decode(),
            "bytes": len(answer.body),
            "is_cut": False,
        },
    }


def test_entries_come_newest_first_and_are_counted_out(client):
    for _ in range(3):
        client.submit()
    page = client.get(f"{REQUESTS}?limit=2").json

    assert page["object"] == "list"
    assert page["has_more"] is True
    assert [entry["job_id"] for entry in page["data"]] == [
        job["job_id"] for job in client.get("/v1/jobs").json["data"][:2]
    ]
    assert client.get(f"{REQUESTS}?limit=100").json["has_more"] is False


def test_operations_have_names_of_their_own(client):
    job_id = client.submit().json["job_id"]
    client.get(f"/v1/jobs/{job_id}")
    client.get("/v1/jobs")
    client.post(f"/v1/jobs/{job_id}/cancel")
    client.get("/v1/models/wan-2-6")
    client.get("/v1/account/usage")
    client.upload(b"content")

    assert [(entry["operation"], entry["job_id"]) for entry in entries(client)] == [
        ("upload", None),
        ("usage", None),
        ("model", None),
        ("cancel", job_id),
        ("list", None),
        ("poll", job_id),
        ("submit", job_id),
    ]


def test_upload_shows_its_bytes_only(client):
    client.upload(b"content")

    request = latest(client)["request"]
    assert (request["body"], request["is_cut"]) == (None, False)
    assert request["bytes"] > len(b"content")


def test_download_belongs_to_the_owner_of_the_job(client):
    url = client.finished()["result"]["data"][0]["url"]
    client.as_(None).get(url)
    client.as_(None).get(url, headers={"range": "bytes=0-9"})
    client.as_(None).send("HEAD", url)

    head, part, whole = entries(client, "?operation=download")
    assert whole["job_id"] == part["job_id"] == client.get("/v1/jobs").json["data"][0]["job_id"]
    assert whole["answer"]["body"] is None
    assert whole["answer"]["bytes"] == int(whole["answer"]["headers"]["content-length"])
    assert (part["status"], part["answer"]["bytes"]) == (206, 10)
    assert (head["method"], head["status"], head["answer"]["bytes"]) == ("HEAD", 200, 0)
    assert head["answer"]["headers"] == {
        **whole["answer"]["headers"],
        "x-request-id": head["id"],
    }


def test_answer_without_a_body_has_no_type(client):
    url = client.finished()["result"]["data"][0]["url"]
    etag = client.get(url).headers["etag"]
    client.get(url, headers={"if-none-match": etag})

    answer = latest(client)["answer"]
    assert "content-type" not in answer["headers"]
    assert (answer["body"], answer["bytes"]) == (None, 0)


def test_copy_has_all_that_is_known_so_far():
    exchange = Exchange("req_1", 7)
    known = [name for name in Exchange.__slots__ if hasattr(exchange, name)]
    for name in known:
        setattr(exchange, name, name)

    copied = exchange.copy()

    assert [name for name in Exchange.__slots__ if hasattr(copied, name)] == known
    assert {name: getattr(copied, name) for name in known} == {name: name for name in known}


def test_request_without_headers_has_none():
    assert added_to(Journal(1, 1 << 20)).headers == []


def test_download_with_a_bad_signature_belongs_to_the_owner_too(client):
    """Who owns the job wants to know why nobody gets its video."""
    url = client.finished()["result"]["data"][0]["url"]
    client.as_(None).get(url + "0")

    entry = latest(client)
    assert (entry["operation"], entry["status"], entry["rules"]) == ("download", 403, ["OUT-URL"])


def test_broken_rules_stand_in_the_entry(client):
    answer = client.submit(prompt="", duration=99)

    entry = latest(client)
    assert (entry["status"], entry["job_id"]) == (400, None)
    assert entry["rules"] == ["REQ-PROMPT", "REQ-DURATION"]
    assert entry["violations"] == answer.error["details"]


@pytest.mark.parametrize(
    ("method", "target", "status", "rules"),
    [
        ("GET", "/v1/jobs/job_1", 404, ["JOB-UNKNOWN"]),
        ("GET", "/v1/models/wan-9", 404, ["REQ-MODEL"]),
        ("POST", SUBMIT, 415, ["REQ-JSON"]),
        ("DELETE", "/v1/jobs", 405, []),
    ],
)
def test_refusal_without_a_field_names_its_rule(client, method, target, status, rules):
    client.send(method, target, headers={"content-type": "text/plain"})

    entry = latest(client)
    assert (entry["status"], entry["rules"], entry["violations"]) == (status, rules, [])


def test_too_many_requests_stand_in_the_journal(client):
    client.patch(rpm=1)
    client.get("/v1/jobs")
    client.get("/v1/jobs")

    entry = latest(client)
    assert (entry["operation"], entry["status"], entry["rules"]) == ("list", 429, ["LIMIT-RPM"])


def test_too_small_balance_names_its_rule(client):
    client.patch(balance=0)
    client.submit()

    assert latest(client)["rules"] == ["CREDIT"]


def test_media_that_will_fail_the_job_are_violations(client):
    client.submit(image="data:image/png;base64,AAAA")

    entry = latest(client)
    assert (entry["status"], entry["rules"]) == (202, ["MEDIA-IMAGE-FORMAT"])
    assert entry["violations"][0]["pointer"] == "/image"
    client.get(f"/v1/jobs/{entry['job_id']}")
    assert latest(client)["rules"] == []


def test_notes_tell_what_was_ignored_and_what_was_believed(client):
    client.post(
        SUBMIT,
        {"model": "wan-2-6", "prompt": "a", "image": "https://example.org/a.png"},
    )
    assert latest(client)["notes"] == ["/image is taken on trust: it was not fetched"]

    headers = {"idempotency-key": "1"}
    client.send("POST", SUBMIT, {"model": "wan-2-6", "prompt": "a"}, headers=headers)
    assert latest(client)["notes"] == [
        "Idempotency-Key is ignored (REQ-EXTRA): sent twice, the request makes two jobs"
    ]


def test_unknown_path_with_a_key_stands_in_the_journal_with_what_was_near(client):
    client.get("/v1/job/job_1")
    client.get("/wp-login.php")

    other, near = entries(client)
    assert (near["operation"], near["status"]) == (None, 404)
    assert near["near"] == "did you mean GET /v1/jobs/{job_id}?"
    assert (other["status"], other["near"]) == (404, None)


def test_what_belongs_to_no_account_stands_in_no_journal(client):
    stranger = client.as_("sk-empiriolabs-revoked")
    assert stranger.get("/v1/jobs").status == 401
    assert stranger.get("/v1/job").status == 404
    assert client.as_(None).get("/v1/jobs").status == 401
    assert client.as_(None).get("/livez").status == 200

    assert entries(client) == []


def test_control_calls_stand_in_no_journal(client):
    client.get("/_mock/account")
    client.get("/_mock/nothing")
    client.get("/_mock")
    client.post("/_mock/clock/advance", {"seconds": -1})
    client.get("/metrics")

    assert entries(client) == []


def test_accounts_do_not_see_each_others_requests(client):
    client.as_("sk-empiriolabs-other").get("/v1/jobs")

    assert entries(client) == []


def test_client_that_leaves_while_it_sends_is_noted(client, runner):
    half = {"type": "http.request", "body": b'{"model":', "more_body": True}
    received = iter([half, {"type": "http.disconnect"}])

    async def receive():
        return next(received)

    async def send(message):
        raise AssertionError(message)

    headers = [(b"authorization", b"Bearer sk-empiriolabs-tests")]
    scope = {"type": "http", "method": "POST", "path": SUBMIT, "query_string": b""}
    runner.run(client.app({**scope, "headers": headers}, receive, send))

    entry = latest(client)
    assert (entry["operation"], entry["status"]) == ("submit", None)
    assert entry["notes"] == ["the client left before there was an answer"]
    assert (entry["request"]["body"], entry["request"]["bytes"]) == ('{"model":', 9)
    assert entry["answer"] == {"headers": {}, "body": None, "bytes": 0, "is_cut": False}


def test_scenario_stands_in_the_entry(client):
    job_id = client.submit(prompt="a @mock:poll-503").json["job_id"]
    client.get(f"/v1/jobs/{job_id}")
    client.get(f"/v1/jobs/{job_id}")

    struck, well, _ = entries(client)
    assert (struck["scenario"], struck["fault"], struck["status"]) == ("poll-503", None, 503)
    assert (well["scenario"], well["status"]) == (None, 200)


def test_fault_stands_in_the_entry_by_its_id_with_what_the_client_did_wrong(client):
    action = {"headers": {"x-odd": "1"}}
    fault = client.post("/_mock/faults", {"operation": "submit", "action": action}).json["id"]
    client.submit(prompt="")

    entry = latest(client)
    assert (entry["scenario"], entry["fault"], entry["rules"]) == (None, fault, ["REQ-PROMPT"])
    assert entry["answer"]["headers"]["x-odd"] == "1"


@pytest.mark.parametrize("action", [{"reset": True}, {"malformed": True}])
def test_answer_that_never_came_has_no_status(client, action):
    job_id = client.submit().json["job_id"]
    client.post("/_mock/faults", {"operation": "poll", "times": 1, "action": action})
    with pytest.raises(ConnectionError):
        client.get(f"/v1/jobs/{job_id}")

    entry = entries(client, "?status=none")[0]
    assert (entry["operation"], entry["job_id"], entry["status"]) == ("poll", job_id, None)
    assert entry["notes"] == ["the connection was ended without an answer"]
    assert entry["answer"] == {"headers": {}, "body": None, "bytes": 0, "is_cut": False}


def test_truncated_answer_shows_what_was_sent_of_it(client):
    job_id = client.submit().json["job_id"]
    client.post("/_mock/faults", {"operation": "poll", "action": {"truncate_bytes": 5}})
    with pytest.raises(ConnectionError):
        client.get(f"/v1/jobs/{job_id}")

    answer = latest(client)["answer"]
    assert (answer["body"], answer["bytes"]) == ('{"job', 5)
    assert int(answer["headers"]["content-length"]) > 5


def test_long_bodies_are_cut_with_a_mark_and_never_inside_a_character(client):
    prompt = "ü" * MOST_BODY
    body = b'{"model":"wan-2-6","prompt":"' + prompt.encode() + b'"}'
    client.send("POST", SUBMIT, body=body)

    request = latest(client)["request"]
    assert (request["bytes"], request["is_cut"]) == (len(body), True)
    assert body.startswith(request["body"].encode())
    assert len(request["body"].encode()) == MOST_BODY - 1


def test_long_answers_are_cut_too(client):
    action = {"body": "x" * (MOST_BODY + 1)}
    client.post("/_mock/faults", {"operation": "list", "action": action})
    client.get("/v1/jobs")

    answer = latest(client)["answer"]
    assert answer["body"] == "x" * MOST_BODY
    assert (answer["bytes"], answer["is_cut"]) == (MOST_BODY + 1, True)


def test_body_that_is_no_text_shows_its_bytes_only(client):
    client.send("POST", SUBMIT, body=b'{"\xff": 1}')

    request = latest(client)["request"]
    assert (request["body"], request["bytes"], request["is_cut"]) == (None, 8, False)


def test_long_body_that_is_no_text_is_not_said_to_be_cut(client):
    client.send("POST", SUBMIT, body=b"\xff" * (MOST_BODY + 1))

    request = latest(client)["request"]
    assert (request["body"], request["is_cut"]) == (None, False)


def test_body_that_is_too_large_shows_its_beginning(make_client):
    client = make_client(max_body=10)
    client.send("POST", SUBMIT, body=[b'{"a":', b'"b","c":"d"}'])

    entry = latest(client)
    assert (entry["status"], entry["rules"]) == (413, ["REQ-SIZE"])
    assert (entry["request"]["body"], entry["request"]["bytes"]) == ('{"a":', 17)
    assert entry["request"]["is_cut"] is True


def test_body_that_nobody_read_shows_how_long_it_was_to_be(client):
    client.send("POST", "/v1/nothing", body=b"12345")
    assert latest(client)["request"]["bytes"] == 5


def test_header_sent_twice_stands_together(client, runner):
    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        pass

    headers = [
        (b"authorization", b"Bearer sk-empiriolabs-tests"),
        (b"accept", b"a"),
        (b"accept", b"b"),
        (b"content-length", b"many"),
    ]
    scope = {"type": "http", "method": "GET", "path": "/v1/jobs", "query_string": b""}
    runner.run(client.app({**scope, "headers": headers}, receive, send))

    request = latest(client)["request"]
    assert request["headers"]["accept"] == "a, b"
    assert request["bytes"] == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("operation=poll", 1),
        ("operation=submit", 2),
        ("status=404", 1),
        ("status=4xx", 2),
        ("status=2xx", 2),
        ("status=none", 0),
        ("status=4xx&operation=submit", 1),
        ("since=2026-11-22T18:00:10Z", 1),
        ("since=2026-11-22T19:00:10%2B01:00", 1),
        ("", 4),
    ],
)
def test_filters(client, query, count):
    client.submit()
    client.submit(prompt="")
    client.get("/v1/jobs/job_1")
    client.advance(10)
    client.get("/v1/jobs")

    assert len(entries(client, f"?{query}")) == count


def test_filter_by_id_finds_one_however_many_came_later(client):
    wanted = client.get("/v1/jobs").headers["x-request-id"]
    for _ in range(101):
        client.get("/v1/jobs")

    assert [entry["id"] for entry in entries(client, f"?id={wanted}")] == [wanted]
    assert entries(client, "?id=req_0") == []


def test_filter_by_job(client):
    job_id = client.submit().json["job_id"]
    client.submit()
    client.get(f"/v1/jobs/{job_id}")

    assert [entry["operation"] for entry in entries(client, f"?job_id={job_id}")] == [
        "poll",
        "submit",
    ]


@pytest.mark.parametrize(
    ("query", "param", "told"),
    [
        ("operation=job", "operation", '"job" is not an operation; one of submit, poll'),
        ("status=40", "status", '"40" is neither a status such as 404'),
        ("status=9xx", "status", "nor a class such as 4xx"),
        ("since=yesterday", "since", '"yesterday" is not a date and time'),
        ("limit=0", "limit", "a whole number from 1 to 1000 would do"),
        ("limit=many", "limit", '"many" is out of range'),
    ],
)
def test_bad_filter_is_400_and_says_what_would_do(client, query, param, told):
    answer = client.get(f"{REQUESTS}?{query}")

    assert (answer.status, answer.error["param"]) == (400, param)
    assert told in answer.error["message"]


def test_journal_can_be_cleared(client):
    client.get("/v1/jobs")

    answer = client.send("DELETE", REQUESTS)

    assert (answer.status, answer.body) == (204, b"")
    assert entries(client) == []


def test_forgotten_account_begins_with_an_empty_journal(client):
    client.get("/v1/jobs")
    client.send("DELETE", "/_mock/account")

    assert entries(client) == []


def test_bounds_are_settings(make_client):
    few = make_client(journal_entries=2)
    small = make_client(journal_bytes=3000)
    for client in (few, small):
        for _ in range(5):
            client.get("/v1/jobs")

    assert len(entries(few)) == 2
    assert 0 < len(entries(small)) < 5


def test_failure_of_the_emulator_stands_in_the_journal(client, runner, caplog):
    """So that a 500 can be told from one that a scenario made."""

    async def receive():
        raise RuntimeError("a defect")

    async def send(message):
        pass

    headers = [(b"authorization", b"Bearer sk-empiriolabs-tests")]
    scope = {"type": "http", "method": "POST", "path": SUBMIT, "query_string": b""}
    runner.run(client.app({**scope, "headers": headers}, receive, send))

    entry = latest(client)
    assert (entry["operation"], entry["status"]) == ("submit", 500)
    assert entry["id"] in entry["answer"]["body"]
    assert "a defect" in caplog.text


def test_answer_that_cannot_be_sent_ends_the_connection_and_is_noted(client, runner):
    """There is no second answer to a request."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)
        raise OSError("broken pipe")

    headers = [(b"authorization", b"Bearer sk-empiriolabs-tests")]
    scope = {"type": "http", "method": "GET", "path": "/v1/jobs", "query_string": b""}
    with pytest.raises(OSError, match="broken pipe"):
        runner.run(client.app({**scope, "headers": headers}, receive, send))

    assert len(sent) == 1
    assert latest(client)["operation"] == "list"


def test_preflight_is_answered_without_an_account(make_client):
    client = make_client(cors="*")
    asked = {"access-control-request-method": "GET", "origin": "http://a"}
    answer = client.send("OPTIONS", "/v1/jobs", headers=asked)

    assert answer.status == 204
    assert entries(client) == []


def test_defaults():
    assert (Settings().journal_entries, Settings().journal_bytes) == (1000, 8 * 1024 * 1024)


KEY = "sk-empiriolabs-tests.hidden"
texts = st.text(max_size=30)


@given(before=texts, after=texts, where=st.sampled_from(["header", "body", "path", "query"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_key_is_ever_shown(client, before, after, where):
    client = client.as_(KEY)
    client.send("DELETE", REQUESTS)
    text = f"{before}{KEY}{after}"
    if where == "header":
        headers = {"x-note": text.encode("ascii", "replace").decode().replace("\0", "")}
        client.get("/v1/jobs", headers=headers)
    elif where == "body":
        client.submit(prompt=text)
        client.send("POST", SUBMIT, body=text.encode("utf-8", "replace"))
    elif where == "path":
        client.get(f"/v1/jobs/{text.replace('?', '')}")
    else:
        client.get(f"/v1/jobs?status={text}")

    answer = client.get(REQUESTS)

    assert answer.json["data"]
    assert b"hidden" not in answer.body


def test_signature_is_never_shown(client):
    url = client.finished()["result"]["data"][0]["url"]
    signature = url.rpartition("sig=")[2]
    client.get(url)
    client.submit(prompt=url)
    client.get(f"/v1/account/usage?model={url}")

    assert signature not in client.get(REQUESTS).body.decode()


def test_observing_does_not_wait_for_anything(client):
    """A request is in the journal as soon as its answer is out."""

    async def both():
        await asyncio.gather(*(client._send("GET", "/v1/jobs", b"", {}) for _ in range(5)))

    client._runner.run(both())
    assert len(entries(client)) == 5


def test_entries_have_the_headers_of_their_own_request():
    """Those that are sent again and again are kept once."""
    journal = Journal(10, 1 << 20)
    mine, yours = [(b"accept", b"a/b")], [(b"accept", b"c/d"), (b"x", b"")]
    sent = [mine, [*mine], yours, mine]

    added = [added_to(journal, headers=headers) for headers in sent]

    assert [exchange.headers for exchange in added] == sent


def test_header_that_http_cannot_have_does_not_spoil_the_journal(client):
    """A client in this process may send anything."""
    client.get("/v1/jobs", headers={"x-odd": "a\0b"})

    assert latest(client)["request"]["headers"]["x-odd"] == "ab"


def test_names_of_unknown_fields_count_as_bytes(make_client):
    """Each stands in the pointer of a violation."""
    client = make_client(journal_bytes=1 << 20)
    client.patch(policies={"unknown_fields": "reject"})
    for number in range(20):
        client.submit(**{f"{number}{index}" + "x" * 100_000: 1 for index in range(5)})

    assert len(entries(client)) <= 2
