"""Accounts never see each other: whatever others do meanwhile, each gets the answers it would get alone."""

import random
import re
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, Phase, given, settings as hypothesis_settings, strategies as st

from mock_server.draw import draw
from mock_server.emulator import JOB_ID_HEX

ACCOUNTS = 1000
PROMPTS = [
    "a cat",
    "a cat @mock:stuck",
    "a cat @mock:fails-at-99",
    "a cat @mock:forgotten-early @mock:poll-429",
    "a cat @mock:submit-500-then-ok",
    "a cat @mock:nothing",
]
CHANGES = [
    {"balance": 1},
    {"rpm": 3},
    {"latency": "instant"},
    {"scenario": "slow"},
    {"scenario": "submit-429"},
    {"policies": {"submit_status": "200"}},
]


FAULTS = [
    {"operation": "*", "times": 2, "action": {"status": 503}},
    {"operation": "poll", "probability": 0.5, "seed": 7, "action": {"status": 429}},
    {"scenario": "stuck", "times": 1},
]
# What counts the requests of all accounts, or the time that one took.
OF_ALL = re.compile(rb"req_[0-9a-f]+|(?<=\"milliseconds\":)[0-9.e-]+")


def job_id(account, number):
    """The id of the job of that *number* in *account*, whether or not there is one yet."""
    return f"job_{draw(0, account, number).hex()[:JOB_ID_HEX]}"


def operations(me, other):
    """Every kind of request that the account *me* may send, some of them about jobs of *other*."""
    ids = [job_id(me, 1), job_id(me, 2), job_id(other, 1)]
    return [
        *[("POST", "/v1/videos/generations", {"model": "wan-2-6", "prompt": p}) for p in PROMPTS],
        *[("GET", f"/v1/jobs/{one}", None) for one in ids],
        *[("POST", f"/v1/jobs/{one}/cancel", None) for one in ids],
        *[("GET", f"/v1/files/sign?file_id={one.replace('job_', 'file_')}", None) for one in ids],
        ("GET", "/v1/jobs", None),
        ("GET", "/v1/account/usage", None),
        *[("PUT", "/_mock/clock", {"mode": mode}) for mode in ("real", "manual", "skip")],
        ("POST", "/_mock/clock/advance", {"seconds": 3}),
        ("GET", "/_mock/account", None),
        *[("PATCH", "/_mock/account", fields) for fields in CHANGES],
        ("DELETE", "/_mock/account", None),
        ("GET", "/_mock/jobs", None),
        *[("GET", f"/_mock/jobs/{one}", None) for one in ids],
        *[("POST", f"/_mock/jobs/{one}/{end}", None) for one in ids for end in ("finish", "fail")],
        ("POST", "/_mock/quote", {"model": "wan-2-6", "prompt": "a cat"}),
        *[("POST", "/_mock/faults", fault) for fault in FAULTS],
        ("GET", "/_mock/faults", None),
        ("DELETE", "/_mock/faults/fault_1", None),
        ("DELETE", "/_mock/faults", None),
        ("GET", "/_mock/requests", None),
        ("DELETE", "/_mock/requests", None),
    ]


def answers(client, asked):
    """Return what each account is answered to what it asks, in the order of *asked*."""
    told = defaultdict(list)
    for account, (method, path, fields) in asked:
        answer = client.as_(f"sk-empiriolabs-{account}").send(method, path, fields)
        assert b"a defect of it" not in answer.body
        told[account].append((answer.status, OF_ALL.sub(b"1", answer.body)))
    return told


@st.composite
def interleavings(draw):
    """What three accounts ask, in any order."""
    accounts = ["a", "b", "c"]
    asked = st.sampled_from(accounts).flatmap(
        lambda me: st.tuples(
            st.just(me),
            st.sampled_from(accounts).flatmap(lambda other: st.sampled_from(operations(me, other))),
        )
    )
    return draw(st.lists(asked, max_size=30))


@pytest.mark.usefixtures("runner")
@given(asked=interleavings())
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_three_accounts_in_any_order_get_what_each_gets_alone(make_client, asked):
    together = answers(make_client(), asked)

    for account, told in together.items():
        alone = [(owner, request) for owner, request in asked if owner == account]
        assert answers(make_client(), alone)[account] == told


@given(chance=st.integers(0, 2**32))
@hypothesis_settings(
    max_examples=2,
    phases=[Phase.generate],  # a thousand accounts do not shrink; three do, above
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_thousand_accounts_at_once_get_what_they_get_one_after_the_other(make_client, chance):
    chosen = random.Random(chance)
    accounts = [f"a{number}" for number in range(ACCOUNTS)]
    asked = [
        (me, chosen.choice(operations(me, chosen.choice(accounts))))
        for me in chosen.choices(accounts, k=ACCOUNTS)
    ]
    submitted = [(me, operations(me, me)[0]) for me in accounts]
    interleaved = chosen.sample(submitted + asked, 2 * ACCOUNTS)
    in_turn = sorted(interleaved, key=lambda request: request[0])

    together = answers(make_client(), interleaved)
    assert answers(make_client(), in_turn) == together
    assert len(together) == ACCOUNTS
    others = {job_id(account, 1) for account in accounts}
    for account, told in together.items():
        mine = {job_id(account, number) for number in range(1, 20)}
        for status, body in told:
            # The journal has what was asked, also of others' jobs; all else tells the account's own only.
            if status < 400 and b'"method":' not in body:
                assert not others & _ids(body) - mine


def _ids(body):
    """The ids of jobs that are told in *body*."""
    return {found.decode() for found in re.findall(rb"job_[0-9a-f]{24}", body)}
