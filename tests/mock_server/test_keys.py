from itertools import islice

import pytest
from hypothesis import assume, given, strategies as st

from contracts.document import load
from mock_server.keys import Keyring, is_reserved
from mock_server.problems import Problem

API = load().api
KEYRING = Keyring(API, None)
NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
LABELS = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)
VARIABLE = "EMPIRIOLABS_API_KEY"


def bearer(key):
    return [(b"authorization", f"Bearer {key}".encode("latin-1", "replace"))]


def refusal(headers, keyring=KEYRING):
    with pytest.raises(Problem) as caught:
        keyring.account_of(headers)
    assert caught.value.code == "invalid_api_key"
    return caught.value.message


@given(NAMES, st.none() | LABELS)
def test_any_key_of_the_right_form_opens_the_account_it_names(name, label):
    """AUTH-KEY and AUTH-FORM; labels share the account."""
    assume(not is_reserved(name, "revoked"))
    key = f"sk-empiriolabs-{name}" + ("" if label is None else f".{label}")

    assert KEYRING.account_of(bearer(key)) == name
    assert KEYRING.account_of([(b"x-api-key", key.encode())]) == name


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"")],
        [(b"authorization", b"Bearer")],
        [(b"authorization", b"Bearer   ")],
        [(b"x-api-key", b" ")],
        [(b"accept", b"sk-empiriolabs-a")],
    ],
)
def test_no_key_is_no_account(headers):
    """AUTH-KEY."""
    assert KEYRING.account_of(headers) is None


@pytest.mark.parametrize(
    ("headers", "account"),
    [
        ([(b"authorization", b"bearer sk-empiriolabs-a")], "a"),
        ([(b"authorization", b"BEARER  sk-empiriolabs-a ")], "a"),
        ([(b"x-api-key", b" sk-empiriolabs-a ")], "a"),
        (
            [(b"x-api-key", b"sk-empiriolabs-a"), (b"authorization", b"Bearer sk-empiriolabs-b")],
            "b",
        ),
        ([(b"authorization", b"Bearer"), (b"x-api-key", b"sk-empiriolabs-a")], "a"),
    ],
)
def test_key_is_read_as_http_means_it_and_bearer_comes_first(headers, account):
    """AUTH-KEY."""
    assert KEYRING.account_of(headers) == account


@pytest.mark.parametrize(
    "key",
    [
        "secret-1",
        "sk-empiriolabs-",
        "sk-empiriolabs-.label",
        "sk-empiriolabs-a.",
        "SK-EMPIRIOLABS-secret",
        "sk-empiriolabs-secret/1",
        "sk-empiriolabs-secret secret",
        "sk-empiriolabs-" + "secret" * 20,
        "'sk-empiriolabs-secret'",
        "sk-other-secret",
        "sk-empiriolabs-séecret",
    ],
)
def test_key_of_another_form_is_refused_and_never_repeated(key):
    """AUTH-FORM."""
    message = refusal(bearer(key))

    assert message.startswith("the API key format is invalid; sk-empiriolabs-<account> would do")
    assert "secret" not in message


@pytest.mark.parametrize(
    "header",
    [
        b"Basic c2VjcmV0",
        b"sk-empiriolabs-secret",
        b"Token sk-empiriolabs-secret",
        b"Bearer\tsk-empiriolabs-secret",
    ],
)
def test_another_scheme_is_refused_and_never_repeated(header):
    """AUTH-KEY."""
    message = refusal([(b"authorization", header), (b"x-api-key", b"sk-empiriolabs-a")])

    assert message == "the Authorization header has another scheme; Bearer and the key would do."


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("literal", [f"${VARIABLE}", f"${{{VARIABLE}}}"])
def test_variable_that_the_shell_did_not_put_in_is_recognised(literal, quote):
    """AUTH-KEY: as the published curl sends it, in single quotes."""
    message = refusal(bearer(f"{quote}{literal}{quote}"))

    assert literal in message
    assert "the shell did not put the key in" in message


@pytest.mark.parametrize("account", ["revoked", "revoked-1", "revoked-a-b"])
def test_revoked_account_is_refused(account):
    """AUTH-KEY."""
    assert refusal(bearer(f"sk-empiriolabs-{account}")) == "the API key has been revoked."
    assert refusal(bearer(f"sk-empiriolabs-{account}.label")) == "the API key has been revoked."


@pytest.mark.parametrize(
    ("account", "reserved"),
    [
        ("limited", True),
        ("limited-1", True),
        ("limited-", True),
        ("limitedx", False),
        ("Limited", False),
        ("limit", False),
    ],
)
def test_reserved_name_may_have_anything_behind_a_dash(account, reserved):
    assert is_reserved(account, "limited") is reserved


def test_list_of_keys_closes_the_door_to_all_others():
    """AUTH-KEY."""
    keyring = Keyring(API, {"sk-empiriolabs-a.one"})

    assert keyring.account_of(bearer("sk-empiriolabs-a.one")) == "a"
    for key in ("sk-empiriolabs-a", "sk-empiriolabs-a.two", "sk-empiriolabs-secret"):
        message = refusal(bearer(key), keyring)
        assert message == "the API key is not known; it is not in the list given with --keys."


def test_key_is_refused_again_and_again():
    """What is remembered of keys must not let a bad one in."""
    for _ in range(3):
        refusal(bearer("sk-empiriolabs-revoked"))


def test_header_longer_than_any_key_is_read_alike():
    """And not remembered."""
    spaces = b" " * 300

    assert KEYRING.account_of([(b"authorization", b"Bearer" + spaces + b"sk-empiriolabs-a")]) == "a"


def test_names_of_fresh_accounts_have_no_end():
    assert [*islice(KEYRING.names(), 3)] == ["a1", "a2", "a3"]


def test_names_are_those_of_the_keys_that_are_let_in():
    keyring = Keyring(API, {"sk-empiriolabs-b", "sk-empiriolabs-a.one", "something-else"})

    assert [*keyring.names()] == ["a", "b"]
    assert [keyring.key_of(name) for name in ("a", "b")] == [
        "sk-empiriolabs-a.one",
        "sk-empiriolabs-b",
    ]


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_key_of_an_account_opens_it(name):
    assume(not is_reserved(name, "revoked"))

    assert KEYRING.open(KEYRING.key_of(name)) == name
