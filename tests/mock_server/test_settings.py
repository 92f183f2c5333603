from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from mock_server.settings import Settings, SettingsError, parse_balance


def test_defaults_are_those_of_serve():
    settings = Settings()

    assert (settings.host, settings.port, settings.seed) == ("127.0.0.1", 8026, 0)
    assert (settings.latency, settings.clock, settings.rpm) == ("quick", "real", 0)
    assert settings.balance_micros == 1_000_000_000


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"clock": "fast"}, "clock='fast' is not one of real, manual, skip"),
        ({"rpm": -1}, "rpm=-1 is not a number of requests from 1 to 1000000, nor 0 for any"),
        ({"rpm": 10**20}, "rpm=100000000000000000000 is not a number of requests from 1 to"),
        ({"rpm": "5"}, "rpm='5' is not a number of requests"),
        ({"rpm": True}, "rpm=True is not a number of requests"),
        ({"seed": "x"}, "seed='x' is not a whole number"),
        ({"media_cache_bytes": -1}, "media_cache_bytes=-1 is not a number of bytes from 0 up"),
        ({"product_bytes": -1}, "product_bytes=-1 is not a number of bytes from 16777216 up"),
        (
            {"product_bytes": 2**24 - 1},
            "product_bytes=16777215 is not a number of bytes from 16777216 up",
        ),
        (
            {"media_folder": Path("/proc/self")},
            "media_folder='/proc/self' is a folder that cannot be written to",
        ),
        (
            {"media_folder": "/tmp"},
            "media_folder='/tmp' is not a pathlib.Path",
        ),
        (
            {"media_folder": Path("/no/folder")},
            "media_folder='/no/folder' is not a folder; one that",
        ),
        ({"control_token": ""}, "control_token='' is empty; leave it out, or choose a token"),
        ({"control_token": "clé"}, "control_token='clé' is not a token of letters, digits"),
        ({"control_token": "two words"}, "control_token='two words' is not a token of letters"),
        ({"public_url": "http://"}, "public_url='http://' is not an http(s) URL with a host"),
        ({"public_url": "http://["}, "public_url='http://['"),
        ({"public_url": "http://a/?b=c"}, "public_url='http://a/?b=c' is not an http(s) URL"),
        ({"cors": "http://a,http://b"}, "cors='http://a,http://b' is not one origin"),
        ({"cors": "http://a/"}, "cors='http://a/' is not one origin"),
        ({"cors": "a"}, "cors='a' is not one origin"),
        ({"state": "nowhere"}, "state='nowhere' is not one of memory, sqlite:FILE, redis://HOST"),
        ({"state": "sqlite:"}, "state='sqlite:' is not one of memory"),
        ({"drain": -1}, "drain=-1 is not a number of seconds from 0 to 3600"),
        ({"drain": "5"}, "drain='5' is not a number of seconds"),
        ({"max_body": 0}, "max_body=0 is not a number of bytes from 1 up"),
        ({"public_url": "mock.example"}, "public_url='mock.example' is not an http(s) URL"),
        (
            {"keys": "sk-empiriolabs-a"},
            "keys='sk-empiriolabs-a' is one string; a collection of keys would do",
        ),
        (
            {"balance": -1},
            "balance=-1 is not a number of dollars from 0 to 1000000000000, nor 'unlimited'",
        ),
        ({"balance": 10**12 + 1}, "balance=1000000000001 is not a number of dollars"),
        ({"balance": "lots"}, "balance='lots' is not a number of dollars"),
        ({"balance": float("nan")}, "balance=nan is not a number of dollars"),
        ({"balance": True}, "balance=True is not a number of dollars"),
        ({"balance": None}, "balance=None is not a number of dollars"),
        ({"journal_entries": -1}, "journal_entries=-1 is not a number of requests from 0 up"),
        ({"journal_entries": None}, "journal_entries=None is not a number of requests"),
        ({"journal_bytes": 1.5}, "journal_bytes=1.5 is not a number of bytes from 0 up"),
        ({"log_format": "xml"}, "log_format='xml' is not one of text, json"),
        ({"workers": 0}, "workers=0 is not a number of processes from 1 to 256"),
        ({"workers": None}, "workers=None is not a number of processes"),
        ({"workers": 257, "state": "sqlite:a"}, "workers=257 is not a number of processes"),
        (
            {"workers": 4},
            "workers=4 needs a state that they share: --state sqlite:FILE, or redis://HOST:PORT/NUMBER",
        ),
        ({"server": "hypercorn"}, "server='hypercorn' is not one of uvicorn, granian"),
    ],
)
def test_setting_that_cannot_be_is_refused_with_what_would_do(setting, message):
    with pytest.raises(SettingsError) as caught:
        Settings(**setting)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "setting",
    [
        {"clock": "skip"},
        {"rpm": None},
        {"rpm": 1_000_000},
        {"max_body": 1},
        {"journal_entries": 0},
        {"journal_bytes": 0},
        {"log_format": "json"},
        {"workers": 1},
        {"server": "granian"},
        {"public_url": "https://mock.example/wan"},
        {"keys": {"sk-empiriolabs-a"}},
    ],
)
def test_setting_at_its_limit_is_accepted(setting):
    ((name, value),) = setting.items()

    assert getattr(Settings(**setting), name) == value


@pytest.mark.parametrize("state", ["sqlite:wan.db", "redis://localhost:6379/0"])
def test_several_workers_go_with_a_state_that_they_share(state):
    assert Settings(workers=256, state=state).workers == 256


@given(st.decimals(0, 10**12) | st.floats(0, 10**12) | st.integers(0, 10**12))
def test_balance_is_whole_micro_dollars_rounded_half_up(value):
    """CREDIT."""
    assert parse_balance(value) == floor(Fraction(str(value)) * 10**6 + Fraction(1, 2))


@pytest.mark.parametrize(
    ("value", "micros"),
    [
        ("unlimited", None),
        ("2.50", 2_500_000),
        (0.828, 828_000),
        (Decimal("1e-7"), 0),
        (10**12, 10**18),
    ],
)
def test_balance_in_any_form(value, micros):
    assert Settings(balance=value).balance_micros == micros
