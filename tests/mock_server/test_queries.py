from contextlib import suppress
from datetime import timedelta, timezone
from urllib.parse import urlencode

import pytest
from hypothesis import example, given, strategies as st

from contracts.document import load
from mock_server.clock import EPOCH, SECOND
from mock_server.problems import InvalidRequest
from mock_server.queries import read_query

OPERATIONS = load().api.operations
OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NOON = 1_795_370_400 * SECOND


def read(operation, query=""):
    return read_query(OPERATIONS[operation], query.encode("latin-1"))


def refused(operation, query):
    with pytest.raises(InvalidRequest) as caught:
        read(operation, query)
    return [
        (violation.rule, violation.pointer, violation.message)
        for violation in caught.value.violations
    ]


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("list", {"status": None, "limit": 25}),
        (
            "usage",
            {"limit": 100, "before": None, "from": None, "to": None, "model": None, "status": None},
        ),
    ],
)
def test_absent_parameters_have_their_defaults(operation, values):
    """JOB-LIST and USAGE."""
    assert read(operation) == values
    assert read(operation, "unknown=1&LIMIT=7") == values


@given(st.integers(-10, 300))
@example(1)
@example(100)
def test_limit_is_accepted_within_its_range_and_only_there(limit):
    """JOB-LIST: 1-100."""
    if 1 <= limit <= 100:
        assert read("list", f"limit={limit}")["limit"] == limit
    else:
        assert [rule for rule, _, _ in refused("list", f"limit={limit}")] == ["JOB-LIST"]


@pytest.mark.parametrize(
    "text", ["", "ten", "1.0", "1e1", "+5", " 5", "0x5", "\u0665", "9" * 5000, "-1", "0", "101"]
)
def test_text_that_is_no_such_integer_is_refused(text):
    """JOB-LIST."""
    ((rule, pointer, message),) = refused("list", urlencode({"limit": text}))

    assert (rule, pointer) == ("JOB-LIST", "/limit")
    assert message.endswith("is out of range; an integer from 1 to 100 would do.")


@pytest.mark.parametrize(
    ("text", "limit"), [("7", 7), ("007", 7), ("100", 100), ("%37", 7), ("1&limit=2", 2)]
)
def test_integer_may_be_written_in_any_usual_way(text, limit):
    assert read("list", f"limit={text}")["limit"] == limit


@pytest.mark.parametrize("status", ["queued", "processing", "completed", "failed", "cancelled"])
def test_jobs_of_each_status_can_be_listed(status):
    """JOB-LIST."""
    assert read("list", f"status={status}")["status"] == status


def test_every_bad_parameter_is_told_at_once():
    """JOB-LIST."""
    assert refused("list", "status=done&limit=0") == [
        ("JOB-LIST", "/limit", 'limit: "0" is out of range; an integer from 1 to 100 would do.'),
        (
            "JOB-LIST",
            "/status",
            'status: "done" is not an option; one of queued, processing, completed, failed, cancelled would do.',
        ),
    ]


@given(st.datetimes(timezones=OFFSETS))
def test_moment_is_microseconds_since_the_epoch(moment):
    """USAGE."""
    values = read("usage", urlencode({"from": moment.isoformat()}))

    assert values["from"] == (moment - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T18:00:00Z", NOON),
        ("2026-11-22T18:00:00.250Z", NOON + 250_000),
        ("2026-11-22T19:00:00%2B01:00", NOON),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("0001-01-01T00:00:00%2B23:59", -62_135_683_140 * SECOND),
    ],
)
def test_moments_in_rfc_3339(text, moment):
    """USAGE."""
    assert read("usage", f"to={text}")["to"] == moment


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("yesterday", 'from: "yesterday" is not a date and time'),
        ("2026-11-22T19:00:00+01:00", 'from: "2026-11-22T19:00:00 01:00" is not a date and time'),
        ("2026-11-22T18:00:00", 'from: "2026-11-22T18:00:00" has no zone'),
        ("", 'from: "" is not a date and time'),
    ],
)
def test_text_that_is_no_moment_is_refused_with_what_would_do(text, fault):
    """USAGE."""
    ((rule, pointer, message),) = refused("usage", f"from={text}")

    assert (rule, pointer) == ("USAGE", "/from")
    assert message == f"{fault}; a moment such as 2026-11-22T18:00:00Z (write + as %2B) would do."


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "file_id: is missing; a string would do."),
        ("file_id=", 'file_id: "" is not an option; a string would do.'),
    ],
)
def test_required_parameter_must_be_there(query, message):
    """OUT-URL."""
    assert refused("sign", query) == [("OUT-URL", "/file_id", message)]


@given(st.binary())
def test_no_query_string_is_too_odd_to_be_read(query):
    with suppress(InvalidRequest):
        read_query(OPERATIONS["usage"], query)
