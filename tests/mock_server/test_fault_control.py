"""Faults as the control interface takes and tells them, and what they do to an account's own requests."""

import pytest

FAULTS = "/_mock/faults"
OPERATIONS = {
    "submit": ("POST", "/v1/videos/generations"),
    "poll": ("GET", "/v1/jobs/job_0"),
    "list": ("GET", "/v1/jobs"),
    "cancel": ("POST", "/v1/jobs/job_0/cancel"),
    "models": ("GET", "/v1/models"),
    "model": ("GET", "/v1/models/wan-2-6"),
    "usage": ("GET", "/v1/account/usage"),
    "upload": ("POST", "/v1/files/upload"),
    "sign": ("GET", "/v1/files/sign?file_id=x"),
}


def post(client, operation="models", **more):
    answer = client.post(FAULTS, {"operation": operation, "action": {"status": 503}, **more})
    assert answer.status == 201, answer.body
    return answer.json


def test_fault_is_told_as_it_was_asked_for_with_defaults_and_counts(client):
    action = {"delay_seconds": 0.5, "headers": {"X-A": None}, "body": {"a": [1.5, None]}}
    whole = {
        "operation": "*",
        "after": 1,
        "times": 2,
        "probability": 0.5,
        "seed": 7,
        "action": action,
    }
    one, other = post(client, **whole), post(client)

    assert one == {"id": "fault_1", **whole, "seen": 0, "struck": 0}
    assert other == {
        "id": "fault_2",
        "operation": "models",
        "after": 0,
        "times": None,
        "probability": 1,
        "seed": 0,
        "action": {"status": 503},
        "seen": 0,
        "struck": 0,
    }
    assert client.get(FAULTS).json == {"object": "list", "data": [one, other]}
    assert client.get(f"{FAULTS}/fault_2").json == other


def test_scenario_is_a_fault_too(client):
    answer = client.post(FAULTS, {"scenario": "stuck", "times": 3})

    assert answer.json == {
        "id": "fault_1",
        "scenario": "stuck",
        "times": 3,
        "seen": 0,
        "struck": 0,
    }


@pytest.mark.parametrize("name", ["stuck", "poll-503", "download-slow"])
def test_scenario_acts_on_the_next_submissions(client, name):
    client.post(FAULTS, {"scenario": name, "times": 2})
    scenarios = [
        client.get(f"/_mock/jobs/{client.submit().json['job_id']}").json["scenarios"]
        for _ in range(3)
    ]

    assert scenarios == [[name], [name], []]
    assert client.get(f"{FAULTS}/fault_1").json["struck"] == 2


def test_faults_are_taken_away(client):
    for _ in range(3):
        post(client)

    assert client.send("DELETE", f"{FAULTS}/fault_2").status == 204
    assert [fault["id"] for fault in client.get(FAULTS).json["data"]] == ["fault_1", "fault_3"]
    assert client.get(f"{FAULTS}/fault_2").status == 404
    assert client.send("DELETE", f"{FAULTS}/fault_2").error["code"] == "not_found"
    assert client.send("DELETE", FAULTS).status == 204
    assert client.get(FAULTS).json["data"] == []
    assert client.get("/v1/models").status == 200
    assert post(client)["id"] == "fault_4"


def test_faults_go_with_the_account(client):
    post(client)
    client.send("DELETE", "/_mock/account")

    assert client.get(FAULTS).json["data"] == []


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({}, "operation", "operation: null is not one of submit, poll, list, cancel"),
        ({"operation": "job"}, "operation", 'operation: "job" is not one of submit'),
        ({"operation": ["poll"]}, "operation", 'operation: ["poll"] is not one of'),
        ({"operation": "poll"}, "action", "action: null is not an object of status"),
        ({"operation": "poll", "action": {"status": 99}}, "action", "action.status: 99 is not"),
        ({"operation": "poll", "action": {"x": 1}}, "action", "action.x: is not known; status"),
        ({"operation": "poll", "action": {"body": 1e308}, "after": -1}, "after", "after: -1 is"),
        (
            {"action": {"drop": True}, "operation": "*", "after": 2**53},
            "after",
            "is not an integer",
        ),
        ({"action": {"drop": True}, "operation": "*", "times": 0}, "times", "times: 0 is not an"),
        ({"action": {"drop": True}, "operation": "*", "times": True}, "times", "true is not an"),
        ({"action": {"drop": True}, "operation": "*", "seed": 1.5}, "seed", "seed: 1.5 is not an"),
        (
            {"action": {"drop": True}, "operation": "*", "probability": 1.1},
            "probability",
            "probability: 1.1 is not a number from 0 to 1",
        ),
        (
            {"action": {"drop": True}, "operation": "*", "probability": "1"},
            "probability",
            'probability: "1" is not a number',
        ),
        ({"scenario": "poll-42"}, "scenario", 'the nearest is "poll-429"'),
        ({"scenario": None}, "scenario", "scenario: null is not the name of a scenario"),
        ({"scenario": "stuck", "after": 1}, "after", "after: is not for a fault with a scenario"),
        ({"scenario": "stuck", "times": -1}, "times", "times: -1 is not an integer from 1"),
        ({"operations": "poll"}, "operations", '"operations" is not known; operation, after'),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_added(client, conforms, body, param, words):
    answer = client.post(FAULTS, body)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["param"]) == (400, param)
    assert words in answer.error["message"]
    assert client.get(FAULTS).json["data"] == []


def test_number_that_is_none_is_refused(client):
    body = b'{"operation": "poll", "action": {"body": [1e400]}}'
    answer = client.post(FAULTS, body=body)

    assert (answer.status, answer.error["param"]) == (400, "action")


def test_there_are_only_a_thousand_and_room_can_be_made(client):
    for _ in range(1000):
        post(client)
    answer = client.post(FAULTS, {"operation": "poll", "action": {"drop": True}})

    assert answer.status == 400
    assert "1000 faults already; DELETE /_mock/faults makes room" in answer.error["message"]
    client.send("DELETE", FAULTS)
    post(client)


# What they do


@pytest.mark.parametrize("operation", OPERATIONS)
def test_fault_strikes_one_operation(client, operation):
    post(client, operation, action={"status": 418})
    statuses = {
        name: client.send(method, path).status for name, (method, path) in OPERATIONS.items()
    }

    assert [name for name, status in statuses.items() if status == 418] == [operation]


def test_star_strikes_all_of_them_but_nothing_else(client):
    post(client, "*", action={"status": 418})

    for method, path in OPERATIONS.values():
        assert client.send(method, path).status == 418
    for path in ("/livez", "/health", "/openapi.json", "/fixtures/photo.jpg", "/_mock/account"):
        assert client.get(path).status == 200


def test_fault_strikes_downloads_of_the_account_s_videos_and_uploads(client):
    video = client.finished(resolution="720p")["result"]["data"][0]["url"]
    upload = client.upload(b"x").json["url"]
    post(client, "download", times=2)
    nobody = client.as_(None)

    assert [nobody.get(url).status for url in (upload, video, video)] == [503, 503, 200]


def test_accounts_do_not_strike_each_other(client):
    other = client.as_("sk-empiriolabs-other")
    video = other.finished(resolution="720p")["result"]["data"][0]["url"]
    post(client, "*")

    assert other.get("/v1/models").status == 200
    assert other.submit().status == 202
    assert other.get(video).status == 200
    assert client.get("/v1/models").status == 503
    assert other.get(FAULTS).json["data"] == []
    assert client.as_("sk-empiriolabs-tests.label").get("/v1/models").status == 503


def test_request_of_nobody_is_neither_struck_nor_counted(client):
    post(client, "*")

    assert client.as_(None).get("/v1/models").status == 200
    assert client.as_("sk-empiriolabs-revoked").get("/v1/models").status == 401
    assert client.as_(None).get("/v1/jobs").status == 401
    assert client.get(f"{FAULTS}/fault_1").json["seen"] == 0


def test_fault_heals_and_stays_in_the_list(client):
    post(client, after=1, times=2)

    assert [client.get("/v1/models").status for _ in range(5)] == [200, 503, 503, 200, 200]
    fault = client.get(f"{FAULTS}/fault_1").json
    assert (fault["seen"], fault["struck"]) == (5, 2)


def test_probability_is_the_same_for_the_same_seed(client):
    other = client.as_("sk-empiriolabs-other")
    for account in (client, other):
        post(account, probability=0.5, seed=3)
    one, two = (
        [account.get("/v1/models").status for _ in range(20)] for account in (client, other)
    )

    assert one == two
    assert set(one) == {200, 503}


@pytest.mark.parametrize(
    ("operation", "status", "code"),
    [
        ("submit", 400, "invalid_request"),
        ("submit", 401, "invalid_api_key"),
        ("submit", 402, "insufficient_credits"),
        ("submit", 404, "model_not_found"),
        ("poll", 404, "job_not_found"),
        ("list", 404, "not_found"),
        ("list", 403, "url_expired"),
        ("list", 418, "invalid_request"),
        ("list", 429, "rate_limit_exceeded"),
        ("list", 502, "upstream_error"),
        ("list", 504, "internal_error"),
    ],
)
def test_refusal_has_the_api_s_envelope(client, conforms, operation, status, code):
    post(client, operation, action={"status": status})
    method, path = OPERATIONS[operation]
    answer = client.send(method, path)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (status, code)
    assert answer.error["message"] == f"fault_1 answers {status} in place of the API."
    assert answer.headers.get("retry-after") == ("2" if status == 429 else None)


def test_refusal_stands_in_place_of_the_operation(client):
    post(client, "submit", times=1)

    assert client.submit().status == 503
    assert client.get("/v1/jobs").json["data"] == []


@pytest.mark.parametrize(
    "action", [{"status": 200}, {"body": "lost"}, {"headers": {"x-a": "b"}}, {"malformed": "body"}]
)
def test_anything_else_befalls_the_answer_to_an_operation_that_was_carried_out(client, action):
    post(client, "submit", action=action)
    client.submit()

    assert len(client.get("/v1/jobs").json["data"]) == 1


def test_refusals_of_the_api_are_struck_as_well(client):
    post(client, "submit", action={"headers": {"x-proxy": "1"}})
    answer = client.submit(duration=99)

    assert (answer.status, answer.headers["x-proxy"]) == (400, "1")
    assert answer.error["details"][0]["rule"] == "REQ-DURATION"


def test_request_id_is_always_there(client):
    post(client, action={"status": 204, "headers": {"content-type": None}})
    answer = client.get("/v1/models")

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("action", [{"reset": True}, {"drop": True}, {"malformed": True}])
def test_in_process_a_cut_is_an_error_of_the_application(client, action):
    """There is no connection to cut, so that an ASGI transport raises it to its user."""
    post(client, action=action)

    with pytest.raises(ConnectionError, match="was to end in a"):
        client.get("/v1/models")


def test_in_process_an_answer_is_late(client):
    post(client, action={"delay_seconds": 0.01})

    assert client.get("/v1/models").json["data"]


# Where a redirect leads


@pytest.mark.parametrize(
    ("host", "elsewhere"),
    [
        ("127.0.0.1:8026", "localhost:8026"),
        ("127.0.0.2", "localhost"),
        ("localhost:80", "127.0.0.1:80"),
        ("[::1]:8026", "localhost:8026"),
        ("wan-mock:9", "127.0.0.1:8026"),
        ("192.0.2.7:9", "[::ffff:192.0.2.7]:9"),
        ("[2001:db8::7]", "[2001:0db8:0000:0000:0000:0000:0000:0007]"),
    ],
)
def test_redirect_leads_to_another_name_of_the_same_host(manual, host, elsewhere):
    path = manual.submit(prompt="@mock:download-redirect", resolution="720p").json["poll_url"]
    manual.advance(4)
    url = manual.get(path).json["result"]["data"][0]["url"]
    answer = manual.get(url, headers={"host": host})

    assert answer.status == 302
    query = url.partition("?")[2]
    name = url.rpartition("/")[2].partition("?")[0]
    assert answer.headers["location"] == f"http://{elsewhere}/media/{name}?{query}&redirected=1"
    assert manual.get(answer.headers["location"]).status == 200
