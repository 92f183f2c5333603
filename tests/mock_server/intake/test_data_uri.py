"""What a data: URI holds, as browsers read it."""

import base64
import contextlib
import re
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import given, strategies as st

from mock_server.intake.data_uri import decode


@pytest.mark.parametrize(
    ("uri", "content"),
    [
        ("data:,", b""),
        ("data:,a", b"a"),
        ("data:text/plain,a%20b,c", b"a b,c"),
        ("data:,%00%ff%FF", b"\x00\xff\xff"),
        ("data:,%3D=%3d_%25%0A=%0D=", b"===_%\n=\r="),
        ("data:,a\r\n\tb", b"ab"),
        ("data:,ä%C3%A4", "ää".encode()),
        ("data:,\ud800", b"?"),
        ("data:,a#b,c", b"a"),
        ("data:base64,YQ==", b"YQ=="),
        ("data:;base64a,YQ==", b"YQ=="),
        ("data:;base64;a,YQ==", b"YQ=="),
        ("data:;base64,", b""),
        ("data:;base64,YQ==", b"a"),
        ("DATA:image/png;charset=x;BASE64,YQ==", b"a"),
        ("data:; base64 ,YQ==", b"a"),
        ("data:;base64,YQ%3D%3D", b"a"),
        ("data:;base64,%59%51", b"a"),
        ("data:;base64,YQ==#b", b"a"),
        ("data:;base64,/+A=", b"\xff\xe0"),
        ("data:;base64,%2F%2BA", b"\xff\xe0"),
    ],
)
def test_content_is_that_of_a_browser(uri, content):
    assert decode(uri) == content


@pytest.mark.parametrize("uri", ["data:", "data:image/png;base64", "data:a#,b", "http://a/,b", ""])
def test_what_is_no_data_uri_is_told_its_form(uri):
    with pytest.raises(ValueError, match=re.escape('has the form "data:image/png;base64,…"')):
        decode(uri)


@pytest.mark.parametrize(
    "text", ["a", "YQ===", "YWJj=", "YQ=", "=", "====", "Y=Q=", "YQ==YQ==", "Y-_Q", "ä"]
)
def test_broken_base64_is_told(text):
    with pytest.raises(ValueError, match="its base64 is broken") as raised:
        decode(f"data:;base64,{text}")

    assert len(str(raised.value)) < 150


def forgiving(text):
    """Decode base64 word by word as the Infra standard has it, or return None."""
    text = re.sub("[\t\n\f\r ]", "", text)
    if len(text) % 4 == 0:
        text = re.sub("={1,2}$", "", text)
    if len(text) % 4 == 1 or re.search("[^A-Za-z0-9+/]", text):
        return None
    values = [
        *map(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".index, text.encode()
        )
    ]
    bits = "".join(f"{value:06b}" for value in values)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))


@given(st.text("YQz9+/= \n\t\f\r-", max_size=12))
def test_base64_is_forgiven_what_browsers_forgive(text):
    expected = forgiving(text)

    if expected is None:
        with pytest.raises(ValueError, match="its base64 is broken"):
            decode(f"data:;base64,{text}")
    else:
        assert decode(f"data:;base64,{text}") == expected


@given(st.binary())
def test_what_goes_in_comes_out(content):
    plain = base64.b64encode(content).decode()

    assert decode(f"data:a/b;base64,{plain}") == content
    assert decode(f"data:a/b;base64,{plain.rstrip('=')}") == content
    assert decode(f"data:a/b;base64,{quote(plain, safe='')}") == content
    assert decode(f"data:a/b;base64,{base64.encodebytes(content).decode()}") == content
    assert decode(f"data:a/b,{quote_from_bytes(content)}") == content


@given(st.sampled_from(["", ",", ";base64,", "%"]), st.text())
def test_any_text_is_decoded_or_refused(before, text):
    with contextlib.suppress(ValueError):
        assert isinstance(decode(f"data:{before}{text}"), bytes)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a%", '"%"'),
        ("%4", '"%4"'),
        ("%%41", '"%%4"'),
        ("%zz", '"%zz"'),
        ("%=41", '"%=4"'),
        ("%41%4g%", '"%4g"'),
        ("%ä", '"%ä"'),
    ],
)
@pytest.mark.parametrize("head", ["", ";base64"])
def test_broken_escape_is_told(text, shown, head):
    with pytest.raises(ValueError, match=f"^{re.escape(shown)} is not an escape; %25 would do"):
        decode(f"data:{head},{text}")


@given(st.lists(st.sampled_from(["%41", "%3d", "%3D", "%0a", "=", "_", "a", "%25", ".", " ", "+"])))
def test_escapes_are_those_of_urls(parts):
    text = "".join(parts)

    assert decode(f"data:,{text}") == unquote_to_bytes(text)
