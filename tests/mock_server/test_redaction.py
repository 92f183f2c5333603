"""No key, token or signature is ever shown to somebody who reads about requests."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings, strategies as st

from mock_server.redaction import REDACTED, Redaction

PREFIX = "sk-empiriolabs-"
TOKEN = "a-long-control-token"

accounts = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=1)
labels = st.text("abcdefghijklmnopqrstuvwxyz0123456789._-", min_size=1, max_size=64)
keys = st.one_of(accounts, st.builds("{}.{}".format, accounts, labels)).map(PREFIX.__add__)


@pytest.fixture(scope="module")
def redaction():
    return Redaction(PREFIX, TOKEN)


def escaped(text: str) -> str:
    """Return *text* with every character as JSON may spell it."""
    return "".join(f"\\u{ord(character):04X}" for character in text)


def in_hex(text: str) -> str:
    return "".join(f"%{ord(character):02x}" for character in text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bearer sk-empiriolabs-me", f"Bearer sk-empiriolabs-{REDACTED}"),
        ("sk-empiriolabs-me.laptop, and", f"sk-empiriolabs-{REDACTED}, and"),
        ("send sk-empiriolabs-<account>", "send sk-empiriolabs-<account>"),
        ("a=sk%2dempiriolabs%2Dme&b=1", f"a=sk%2dempiriolabs%2D{REDACTED}&b=1"),
        (r'{"a": "\u0073k-empiriolabs-me"}', r'{"a": "\u0073k-empiriolabs-[redacted]"}'),
        (r'{"a": "\\u0073k-empiriolabs-me"}', r'{"a": "\\u0073k-empiriolabs-me"}'),
        (
            r'{"a": "\\u0073k-empiriolabs-sk-empiriolabs-me"}',
            r'{"a": "\\u0073k-empiriolabs-sk-empiriolabs-[redacted]"}',
        ),
        ("/media/a.mp4?expires=1&sig=00ff", f"/media/a.mp4?expires=1&sig={REDACTED}"),
        ("sig=00ff&expires=1", f"sig={REDACTED}&expires=1"),
        ('"http://h/a?sig=00ff","b"', f'"http://h/a?sig={REDACTED}","b"'),
        (r"\"http://h/a?sig=00ff\"", rf"\"http://h/a?sig={REDACTED}\""),
        ("u=http%3A%2F%2Fh%3Fsig%3D00ff%26b%3D1", f"u=http%3A%2F%2Fh%3Fsig%3D{REDACTED}%26b%3D1"),
        ("/a?token=t0&key=k0&b=1", f"/a?token={REDACTED}&key={REDACTED}&b=1"),
        ("token=t0", f"token={REDACTED}"),
        (
            '"https://b.s3.test/x.png?X-Amz-Signature=00ff&a=1"',
            f'"https://b.s3.test/x.png?X-Amz-Signature={REDACTED}&a=1"',
        ),
        (
            "u=http%3A%2F%2Fh%3Faccess_token%3D00ff%26b",
            f"u=http%3A%2F%2Fh%3Faccess_token%3D{REDACTED}%26b",
        ),
        ("https://me:pass@h/x?a=b:c@d", f"https://me:{REDACTED}@h/x?a=b:c@d"),
        ('{"authorization": "Bearer 0123456789"}', f'{{"authorization": "Bearer {REDACTED}"}}'),
        ("a bearer of news, a key=value pair", "a bearer of news, a key=value pair"),
        (f"the token {TOKEN}!", f"the token {REDACTED}!"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_secrets_are_taken_out_and_nothing_else(redaction, text, shown):
    assert redaction.text(text) == shown


def test_short_token_is_not_looked_for_in_text():
    """It would be part of too many words; as a header it is never shown."""
    redaction = Redaction(PREFIX, "abc")

    assert redaction.text("abcdef") == "abcdef"
    assert redaction.header("x-mock-token", "abc") == REDACTED


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("authorization", "Bearer sk-empiriolabs-me", f"Bearer {REDACTED}"),
        ("authorization", "basic dXNlcjpwYXNz", f"basic {REDACTED}"),
        ("authorization", "my-secret and more", REDACTED),
        ("authorization", "my-secret", REDACTED),
        ("x-api-key", "Bearer", REDACTED),
        ("x-mock-token", "t", REDACTED),
        ("cookie", "a=b", REDACTED),
        ("referer", "http://h/?sig=00ff", f"http://h/?sig={REDACTED}"),
        ("accept", "*/*", "*/*"),
        ("api-key", "k0", REDACTED),
        ("x-auth-token", "k0", REDACTED),
        ("x-goog-api-key", "k0", REDACTED),
        ("idempotency-key", "k0", "k0"),
    ],
)
def test_headers_for_credentials_show_their_scheme_at_most(redaction, name, value, shown):
    assert redaction.header(name, value) == shown


def test_values_lose_keys_but_signed_urls_stay_good(redaction):
    signed = "http://h/a?sig=00ff"
    value = {"a": ["sk-empiriolabs-me", 1, None], "url": signed, "source": signed}

    assert redaction.value(value) == {
        "a": [f"sk-empiriolabs-{REDACTED}", 1, None],
        "url": "http://h/a?sig=00ff",
        "source": f"http://h/a?sig={REDACTED}",
    }


@given(
    key=keys,
    before=st.text(),
    after=st.text(),
    spell=st.sampled_from([str, quote, in_hex, escaped, json.dumps]),
)
@settings(max_examples=300)
def test_no_key_is_left_wherever_it_stands_and_however_it_is_spelled(key, before, after, spell):
    redaction = Redaction(PREFIX, TOKEN)
    before = before.rstrip("\\%")  # else the spelling is another

    shown = redaction.text(f"{before}{spell(key)}{after}")

    assert key not in shown
    assert spell(key) not in shown


@given(signature=st.text("0123456789abcdef", min_size=1), before=st.text(), after=st.text())
def test_no_signature_is_left(signature, before, after):
    redaction = Redaction(PREFIX, None)

    shown = redaction.text(f"{before}?expires=1&sig={signature}&{after}")

    assert f"sig={signature}&" not in shown
