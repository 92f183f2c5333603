from dataclasses import replace

import pytest

from contracts.faulty.message import Reply, Request, as_json, changed, refusal

REQUEST = Request(
    operation="submit",
    method="POST",
    target="/v1/videos/generations?a=1&b=",
    parameters={},
    headers=(("authorization", "Bearer k"), ("content-length", "7")),
    body=b'{"a": 1}',
)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": 1, "a": 2}', b"[" * 100_000])
def test_fields_are_those_of_an_object_that_every_reader_reads_alike(body: bytes) -> None:
    assert replace(REQUEST, body=body).fields is None
    assert REQUEST.fields == {"a": 1}


def test_a_request_with_the_fields_it_has_is_the_same() -> None:
    assert REQUEST.with_fields({"a": 1}) is REQUEST


@pytest.mark.parametrize("value", [True, 1.0])
def test_one_is_neither_true_nor_a_fraction(value: object) -> None:
    other = REQUEST.with_fields({"a": value})

    assert type(other.fields and other.fields["a"]) is type(value)
    assert other.header("content-length") == str(len(other.body))


def test_headers_are_replaced_added_and_left_away() -> None:
    other = REQUEST.with_header("authorization", None).with_header("x-a", "1")

    assert other.headers == (("content-length", "7"), ("x-a", "1"))
    assert other.header("authorization") is None
    assert REQUEST.with_caller("Bearer o").caller == "Bearer o"


def test_query_is_read_and_changed_by_name() -> None:
    assert REQUEST.query == {"a": "1", "b": ""}
    assert REQUEST.with_query("a", None).with_query("b", "x y").target.endswith("?b=x+y")
    assert REQUEST.with_query("a", None).with_query("b", None).target == "/v1/videos/generations"


def test_asking_for_something_else_takes_nothing_but_the_key_along() -> None:
    asked = replace(REQUEST, headers=(*REQUEST.headers, ("range", "bytes=0-"))).asking("/v1/jobs")

    assert (asked.method, asked.target, asked.body) == ("GET", "/v1/jobs", b"")
    assert asked.headers == (("authorization", "Bearer k"),)


def test_a_reply_with_the_json_it_has_is_the_same() -> None:
    reply = Reply(status=200, headers=(), body=b'{"a":  1}', messages=({"type": "x"},))

    assert reply.with_json({"a": 1}) is reply
    assert reply.with_json({"a": 1.0}).body == b'{"a":1.0}'
    assert reply.with_json({"a": 1.0}).messages == ()


def test_refusals_have_the_envelope() -> None:
    reply = refusal(404, "job_not_found")

    assert not reply.is_accepted
    assert reply.json["error"]["code"] == "job_not_found"
    assert reply.header("content-length") == str(len(reply.body))


def test_what_is_no_json_is_none() -> None:
    assert as_json(200, {}).with_body(b"no").json is None


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((), "changed"),
        (("a", 0), {"a": ["changed"]}),
        (("b", 0), {"a": [1]}),
        (("a", 1), {"a": [1]}),
        (("a", 0, "c"), {"a": [1]}),
    ],
)
def test_a_change_is_made_where_there_is_such_a_place(
    place: tuple[str | int, ...], expected: object
) -> None:
    assert changed({"a": [1]}, place, lambda _: "changed") == expected
