"""Bodies in a report."""

import base64

from contracts.exchange import cut
from contracts.reports.content import MOST_BYTES, Content, content_of


def test_text_is_kept_whole():
    assert content_of("é".encode()) == Content(size=2, text="é")
    assert content_of(b"") == Content(size=0, text="")


def test_long_text_is_cut_between_characters():
    body = ("x" + "é" * MOST_BYTES).encode()
    content = content_of(body)

    assert content.is_cut
    assert content.size == len(body)
    assert content.text == "x" + "é" * (MOST_BYTES // 2 - 1)


def test_what_is_no_text_is_base64():
    body = b"\xff\xfe"

    assert content_of(body) == Content(size=2, base64=base64.b64encode(body).decode())


def test_short_body_with_a_broken_end_is_no_text():
    assert content_of(b"\xc3").base64 is not None
    assert content_of(b"a\x00").base64 is not None


def test_what_is_no_text_and_long_is_left_out():
    assert content_of(b"\xff" * (MOST_BYTES + 1)) == Content(size=MOST_BYTES + 1, is_cut=True)


def test_body_that_was_cut_before_tells_its_size():
    content = content_of(cut(b"a" * (MOST_BYTES + 5)))

    assert content == Content(size=MOST_BYTES + 5, text="a" * MOST_BYTES, is_cut=True)
