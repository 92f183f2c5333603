"""Rule OUT-DOWNLOAD: If-None-Match, If-Modified-Since and If-Range."""

import pytest
from hypothesis import given, strategies as st

from mock_server.validators import Validators

HAVE = Validators(etag='"a"', modified_at=1_795_370_404)
THEN = "Sun, 22 Nov 2026 18:00:04 GMT"
EARLIER = "Sun, 22 Nov 2026 18:00:03 GMT"
LATER = "Sun, 22 Nov 2026 20:00:05 +0100"


def test_last_modified_is_an_http_date():
    assert HAVE.last_modified == THEN


@pytest.mark.parametrize(
    ("headers", "unchanged"),
    [
        ({}, False),
        ({"if-none-match": '"a"'}, True),
        ({"if-none-match": '"b", W/"a"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"ab"'}, False),
        ({"if-none-match": '"b"', "if-modified-since": LATER}, False),
        ({"if-modified-since": THEN}, True),
        ({"if-modified-since": LATER}, True),
        ({"if-modified-since": EARLIER}, False),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-modified-since": "Sun, 22 Nov 2026 18:00:04 -0000"}, True),
    ],
)
def test_version_the_client_has_is_unchanged(headers, unchanged):
    assert HAVE.is_unchanged(headers) is unchanged


@pytest.mark.parametrize(
    ("headers", "continued"),
    [
        ({}, True),
        ({"if-range": '"a"'}, True),
        ({"if-range": 'W/"a"'}, False),
        ({"if-range": '"b"'}, False),
        ({"if-range": THEN}, True),
        ({"if-range": EARLIER}, False),
        ({"if-range": LATER}, False),
    ],
)
def test_range_continues_the_same_version_only(headers, continued):
    assert HAVE.is_continued(headers) is continued


@given(
    st.dictionaries(st.sampled_from(["if-none-match", "if-modified-since", "if-range"]), st.text())
)
def test_any_headers_can_be_judged(headers):
    assert HAVE.is_unchanged(headers) in {True, False}
    assert HAVE.is_continued(headers) in {True, False}
