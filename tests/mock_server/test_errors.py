"""The envelope, and the ways in which a body is none."""

import pytest

SUBMIT = "/v1/videos/generations"
VALID = b'{"model":"wan-2-6","prompt":"a"}'


def nested(levels):
    return (
        b'{"model":"wan-2-6","prompt":"a","x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"
    )


NOT_JSON = {
    "REQ-JSON empty": b"",
    "REQ-JSON half": b'{"model":',
    "REQ-JSON single quotes": b"{'model':'wan-2-6'}",
    "REQ-JSON trailing comma": b'{"model":"wan-2-6",}',
    "REQ-JSON two values": b"{}{}",
    "REQ-JSON array": b"[]",
    "REQ-JSON string": b'"wan-2-6"',
    "REQ-JSON null": b"null",
    "REQ-JSON not UTF-8": b'{"prompt":"\xff"}',
    "REQ-JSON form": b"model=wan-2-6&prompt=a",
    "REQ-STRICT duplicate key": b'{"model":"wan-2-6","prompt":"a","prompt":"b"}',
    "REQ-STRICT nested duplicate": b'{"model":"wan-2-6","prompt":"a","x":[{"y":1,"y":1}]}',
    "REQ-STRICT NaN": b'{"model":"wan-2-6","prompt":"a","x":NaN}',
    "REQ-STRICT Infinity": b'{"model":"wan-2-6","prompt":"a","duration":-Infinity}',
    "REQ-STRICT lone surrogate": b'{"model":"wan-2-6","prompt":"a","x":"\\ud800"}',
    "REQ-STRICT lone surrogate in a key": b'{"model":"wan-2-6","prompt":"a","\\udfff":1}',
    "REQ-STRICT 65 levels": nested(65),
    "REQ-STRICT 100000 levels": nested(100_000),
    "REQ-STRICT endless exponent": b'{"model":"wan-2-6","prompt":"a","seed":1e99999999999999999999}',
    "REQ-STRICT huge exponent": b'{"model":"wan-2-6","prompt":1e10000000}',
    "REQ-STRICT endless integer": b'{"model":"wan-2-6","prompt":"a","seed":1' + b"0" * 5000 + b"}",
}


@pytest.mark.parametrize(("case", "body"), NOT_JSON.items(), ids=NOT_JSON)
def test_body_that_is_no_strict_json_object_is_a_400(client, conforms, case, body):
    answer = client.post(SUBMIT, body=body)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert answer.error["param"] is None
    assert answer.error["details"][0]["rule"] == case.split()[0]


def test_64_levels_are_accepted(client):
    """Rule REQ-STRICT."""
    assert client.post(SUBMIT, body=nested(64)).status == 202


@pytest.mark.parametrize(
    "sent", ["application/json; charset=utf-8", "Application/JSON", "application/json;a=b;c=d"]
)
def test_json_with_any_parameters_is_accepted(client, sent):
    """Rule REQ-JSON."""
    assert client.post(SUBMIT, body=VALID, headers={"content-type": sent}).status == 202


@pytest.mark.parametrize(
    "sent", ["", "text/plain", "application/jsonp", "multipart/form-data", ";"]
)
def test_other_content_type_is_a_415(client, sent):
    """Rule REQ-JSON: no content type at all is one, too."""
    answer = client.post(SUBMIT, body=VALID, headers={"content-type": sent})

    assert (answer.status, answer.error["code"]) == (415, "unsupported_media_type")
    assert "application/json" in answer.error["message"]


def padded(size):
    return VALID[:-1] + b" " * (size - len(VALID)) + b"}"


@pytest.mark.parametrize(("size", "status"), [(1000, 202), (1001, 413)])
@pytest.mark.parametrize("in_pieces", [False, True])
def test_body_may_be_so_large_and_no_larger(make_client, size, status, in_pieces):
    """Rule REQ-SIZE: announced or not, in one piece or in many."""
    body = padded(size)
    pieces = [body[start : start + 100] for start in range(0, size, 100)]
    answer = make_client(max_body=1000).post(SUBMIT, body=pieces if in_pieces else body)

    assert answer.status == status
    if status == 413:
        assert answer.error["code"] == "request_too_large"
        assert "1000" in answer.error["message"]


@pytest.mark.parametrize(
    ("announced", "status"),
    [("1001", 413), ("9" * 5000, 413), ("2", 202), ("-1", 202), ("many", 202), ("²", 202)],
)
def test_announced_length_refuses_early_but_is_never_believed(make_client, announced, status):
    """Rule REQ-SIZE."""
    client = make_client(max_body=1000)

    assert client.post(SUBMIT, body=VALID, headers={"content-length": announced}).status == status


def test_body_that_lies_about_its_length_is_still_too_large(make_client):
    """Rule REQ-SIZE."""
    client = make_client(max_body=1000)
    answer = client.post(SUBMIT, body=padded(2000), headers={"content-length": "10"})

    assert answer.status == 413


def test_default_limit_is_32_mib(client):
    """Rule REQ-SIZE."""
    sizes = {client.post(SUBMIT, body=padded(32 * 1024 * 1024 + over)).status for over in (0, 1)}

    assert sizes == {202, 413}


PATHS = [
    "/",
    "/v1",
    "/v1/",
    "/v1/jobs/",
    "/v1/models/",
    "/v1/videos/generations/",
    "/livez/",
    "/livez%0A",
    "/V1/jobs",
    "//v1/jobs",
    "/v1/jobs/a/b",
    "/v1/jobs/a/cancel/",
    "/_mock/nothing",
    "/_mockery/clock",
    "/media/",
    "/media/a/b.mp4",
    "/%00",
]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", PATHS)
def test_unknown_path_is_a_404_in_the_envelope_and_never_a_redirect(client, conforms, path, method):
    answer = client.as_(None).send(method, path)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert "location" not in answer.headers


METHODS = {
    "/v1/videos/generations": "POST",
    "/v1/jobs": "GET",
    "/v1/jobs/a": "GET",
    "/v1/jobs/a/cancel": "POST",
    "/v1/models": "GET",
    "/v1/models/a": "GET",
    "/v1/account/usage": "GET",
    "/v1/files/sign": "GET",
    "/livez": "GET",
    "/health": "GET",
    "/openapi.json": "GET",
    "/media/a.mp4": "GET, HEAD",
    "/_mock/clock": "GET, PUT",
    "/_mock/clock/advance": "POST",
    "/_mock/account": "DELETE, GET, PATCH",
}


@pytest.mark.parametrize(("path", "allowed"), METHODS.items())
def test_other_method_is_a_405_that_tells_which_would_do(client, conforms, path, allowed):
    others = {"OPTIONS", "TRACE", "QUERY", "DELETE", "BREW", "PATCH", "PUT"}
    for method in others - set(allowed.split(", ")):
        answer = client.send(method, path)

        conforms(answer.json, "Error")
        assert (answer.status, answer.error["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "job_id", ["%00", "a%00", "%0A", "%7F", "%C3%A9", "%F0%9F%98%80", "a.b", "~"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_job_by_a_name_that_a_gateway_may_refuse_is_not_found(client, conforms, method, job_id):
    answer = client.send(method, f"/v1/jobs/{job_id}{'/cancel' if method == 'POST' else ''}")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (404, "job_not_found")


@pytest.mark.parametrize("slash", ["%2F", "%2f", "%252F", "%5C"])
def test_slash_that_is_encoded_finds_no_job(client, slash):
    assert client.send("GET", f"/v1/jobs/a{slash}b").status == 404


@pytest.mark.parametrize("path", ["/nothing", "/v1/jobs", "/media/a.mp4", "/_mock/account"])
def test_refusal_of_head_has_the_headers_but_no_body(client, path):
    answer = client.send("HEAD", path)

    assert answer.status in {403, 404, 405}
    assert answer.body == b""
    assert int(answer.headers["content-length"]) > 0
    assert answer.headers["x-request-id"]


def test_every_answer_has_an_id_of_its_own(client):
    ids = [
        client.send(method, path).headers["x-request-id"]
        for method, path in [
            ("GET", "/livez"),
            ("GET", "/no"),
            ("PUT", "/livez"),
            ("GET", "/v1/jobs"),
        ]
    ]

    assert len(set(ids)) == 4


def test_long_values_are_cut_in_messages(client):
    """Rule REQ-ASPECT: a message stays readable whatever is sent."""
    answer = client.submit(aspect_ratio="x" * 1_000_000)

    assert len(answer.body) < 2000


@pytest.mark.parametrize("name", ["a/b", "a~b", "~1", "", "\x00\x1f", "😀", "\u202e", '"'])
def test_odd_field_names_are_pointed_at(make_client, name):
    """Rule REQ-EXTRA under the policy that refuses unknown fields."""
    client = make_client(policies={"unknown_fields": "reject"})
    error = client.post(SUBMIT, {"model": "wan-2-6", "prompt": "a", name: 1}).error

    assert error["param"] == name
    assert error["details"][0]["pointer"] == "/" + name.replace("~", "~0").replace("/", "~1")
