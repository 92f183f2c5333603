"""Checks look at answers of servers that may do anything: none of them raises, whatever is answered."""

from hypothesis import example, given, settings, strategies as st

from tests.contracts.conftest import (
    LIST,
    URL,
    USAGE,
    Story,
    cancel,
    event,
    get,
    job,
    poll,
    result,
    submission,
    submitted,
    usage_page,
)

NAMES = sorted(
    {*job("completed"), *submitted(), *usage_page(), *job("completed")["result"], "id", "amount"}
    | {"path", "usage", "url", "cost", "rpm", "bytes", "details", "rule", "pointer", "code"}
)
WORDS = [
    "",
    "job_1",
    "completed",
    "failed",
    "queued",
    "list",
    URL,
    "http://[",
    "2026-11-22",
    "bunny://a",
]
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(),
    st.sampled_from(WORDS),
    st.just(10**400),
)
bodies = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=12,
)
likely = st.builds(
    lambda status, changes: {**job(status), **changes},
    st.sampled_from(["queued", "completed", "failed"]),
    st.dictionaries(st.sampled_from(NAMES), bodies, max_size=3),
)
odd = st.builds(
    lambda url, seconds, amount: job("completed", result=result(url, seconds, amount)),
    plain,
    plain,
    plain,
)
accepted = st.builds(
    lambda changes: submitted("job_2") | changes,
    st.dictionaries(st.sampled_from([*submitted()]), bodies, max_size=2),
)
answers = st.one_of(
    odd,
    accepted,
    st.builds(
        lambda one: usage_page(event("job_1") | one),
        st.dictionaries(st.sampled_from(NAMES), bodies, max_size=2),
    ),
    bodies,
    likely,
    st.builds(lambda one: {"data": [one]}, likely),
    st.binary(max_size=9),
)
ASKED = [
    submission(),
    submission(duration=99),
    poll(),
    cancel(),
    LIST,
    USAGE,
    get("/v1/jobs?limit=x&status=done"),
    get("/v1/models/wan-2-6"),
    get("/v1/models"),
    get("/v1/files/sign?file_id=file_1"),
    get("/_mock/account"),
    get(URL, None),
    get("/livez", None),
    get("/v1/jobs", None),
]
STATUSES = [None, 200, 202, 206, 400, 401, 402, 404, 416, 429, 500, 999]
HEADERS = {"etag": ['"a"', "W/x"], "content-range": ["bytes 0-1/2", "x"], "retry-after": ["²", "5"]}
headers = st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in HEADERS.items()})


@example(told=[(poll(), 200, job("completed", created_at="2026-11-22"), {})])
@example(told=[(poll(), 200, job("\ud800"), {})])
@example(told=[(USAGE, 200, usage_page(event("job_1") | {"job_id": ["job_1"]}), {})])
@given(
    told=st.lists(
        st.tuples(st.sampled_from(ASKED), st.sampled_from(STATUSES), answers, headers), max_size=8
    )
)
@settings(max_examples=300)
def test_no_check_raises_whatever_is_answered(told):
    story = Story()
    story.accepts()
    for sent, status, body, more in told:
        story.tell(sent, status, body, **more)
