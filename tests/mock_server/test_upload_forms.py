"""The form of an upload: what a client may send, and what it is told otherwise."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

PATH = "/v1/files/upload"


def part(disposition, content=b"content", *headers):
    lines = [b"--b", b"Content-Disposition: " + disposition, *headers, b"", content]
    return b"\r\n".join(lines) + b"\r\n"


def send(client, body, content_type="multipart/form-data; boundary=b"):
    return client.send("POST", PATH, body=body, headers={"content-type": content_type})


FILE = b'form-data; name="file"; filename="a.png"'
FIELD = part(b'form-data; name="purpose"', b"i2v")
END = b"--b--\r\n"
GOOD = part(FILE) + END

ACCEPTED = {
    "a file": GOOD,
    "a field before it": FIELD + GOOD,
    "a field behind it": part(FILE) + FIELD + END,
    "a file of another name": part(b'form-data; name="other"; filename="b"') + GOOD,
    "a part without a name": part(b"form-data") + part(b"") + GOOD,
    "no line break at the end": GOOD[:-2],
    "line breaks at the beginning": b"\r\n" + GOOD,
    "an epilogue": GOOD + b"whatever",
    "no quotes": part(b"form-data; name=file; filename=a.png") + END,
    "a name of 10 kB": part(FILE.replace(b"a.png", b"a" * 10_000 + b".png")) + END,
    "a name with bytes of any kind": part(FILE.replace(b"a.png", b"\xff\x00../\\.png")) + END,
    "an empty name": part(FILE.replace(b"a.png", b"")) + END,
    "headers of other kinds": part(FILE, b"content", b"X: ", b"Content-Length: 7") + END,
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_form_with_one_file_is_accepted(client, conforms, body):
    answer = send(client, body)

    conforms(answer.json, "File")
    assert (answer.status, answer.json["bytes"]) == (200, 7)
    assert client.get(answer.json["url"]).body == b"content"


def test_form_may_come_byte_by_byte(client):
    answer = send(client, [GOOD[index : index + 1] for index in range(len(GOOD))])

    assert client.get(answer.json["url"]).body == b"content"


REFUSED = {
    "empty": (b"", "nothing"),
    "an end alone": (END, "nothing"),
    "a field alone": (FIELD + END, '"purpose"'),
    "many fields": (FIELD * 5 + END, '"purpose", "purpose", "purpose";'),
    "a file of another name": (part(b'form-data; name="image"; filename="a"') + END, '"image"'),
    "the file as a field": (part(b'form-data; name="file"') + END, "send it with a file name"),
    "two files": (part(FILE) * 2 + END, "two files"),
    "broken off in the file": (part(FILE), "it breaks off"),
    "broken off in a header": (GOOD[:30], "it breaks off"),
    "another boundary": (GOOD.replace(b"--b", b"--c"), "multipart/form-data that it should be"),
    "no form": (b'{"file": "a"}', "multipart/form-data that it should be"),
    "thousands of fields": (FIELD * 5000 + GOOD, "more than 100 parts"),
    "a header of a megabyte": (
        part(FILE, b"content", b"X: " + b"x" * 2**20) + END,
        "Maximum header size exceeded",
    ),
    "thousands of headers": (
        part(FILE, b"content", *[b"X: x"] * 5000) + END,
        "Maximum header count exceeded",
    ),
    "long names of parts": (
        part(b'form-data; name="' + b"x" * 60_000 + b'"') * 90 + END,
        'a part "file" with the file would do',
    ),
}


@pytest.mark.parametrize(("body", "told"), REFUSED.values(), ids=REFUSED)
def test_any_other_form_is_refused_with_what_would_do(client, conforms, body, told):
    answer = send(client, body)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert answer.error["param"] == "file"
    assert told in answer.error["message"]
    assert len(answer.error["message"]) < 400


@pytest.mark.parametrize(
    ("content_type", "told"),
    [
        ("multipart/form-data", "has no boundary; let the HTTP library set that header"),
        ("multipart/form-data; boundary=", "has no boundary"),
        ('multipart/form-data; boundary=""', "has no boundary"),
        ("multipart/form-data; boundary=" + "b" * 300, "Boundary length 300 exceeds"),
    ],
)
def test_form_that_does_not_say_where_parts_end_is_refused(client, conforms, content_type, told):
    answer = send(client, GOOD, content_type)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["param"]) == (400, "file")
    assert told in answer.error["message"]


@pytest.mark.parametrize(
    "content_type",
    ["Multipart/Form-Data; Boundary=b", 'multipart/form-data; charset=x; boundary="b"'],
)
def test_content_type_may_be_spelt_otherwise(client, content_type):
    assert send(client, GOOD, content_type.replace("Boundary", "boundary")).status == 200


def test_refusals_are_told_to_the_client_alone(client, caplog):
    """The library that reads forms would log them."""
    for body, _ in REFUSED.values():
        send(client, body)

    assert caplog.records == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nothing_that_is_sent_breaks_the_emulator(client, data):
    body = bytearray(data.draw(st.sampled_from([*ACCEPTED.values()])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.integers(0, 5))
        body[at : at + cut] = data.draw(st.sampled_from([b"", b"\r", b"\n", b"-", b"\0", b"--b"]))
    content_type = data.draw(
        st.sampled_from(
            ["multipart/form-data; boundary=b", "multipart/form-data; boundary=\xff;;="]
        )
    )

    assert send(client, bytes(body), content_type).status in {200, 400}
