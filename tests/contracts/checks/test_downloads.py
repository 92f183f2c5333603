"""Checks of URLs, and of how a video is served."""

import pytest

from contracts.exchange import Sent
from tests.contracts.conftest import URL, get, job, poll, refusal

WEEK, MONTH = 604_800.0, 2_592_000.0
WHOLE = bytes(range(100))
HEADERS = {
    "etag": '"a"',
    "content_length": "100",
    "accept_ranges": "bytes",
    "content_type": "video/mp4",
}
OF_SERVING = {
    "url_is_signed_and_expires",
    "video_is_served_as_by_a_cdn",
    "kept_files_are_signed_anew",
}


@pytest.fixture
def served(story):
    """A history with a finished job; tell of a download of its video, return the rules broken."""
    story.accepts()
    story.tell(poll(), 200, job("completed"))

    def tell(status=200, content=WHOLE, *, url=URL, method="GET", sends=(), **changes):
        sent = Sent(operation="download", method=method, target=url, key=None, headers=sends)
        told = story.breaks(sent, status, content, **{**HEADERS, **changes})
        return {rule for check, rule in told if check in OF_SERVING}

    return tell


def part(first, last):
    told = {"content_range": f"bytes {first}-{last}/100", "content_length": str(last - first + 1)}
    return 206, WHOLE[first : last + 1], told


def asks(value, **more):
    return (("range", value), *((name.replace("_", "-"), told) for name, told in more.items()))


@pytest.mark.parametrize("held", ['"a"', '"b", "a"', 'W/"a"', "*"])
def test_video_that_is_held_is_not_sent_again(served, held):
    served()
    sends = (("if-none-match", held),)
    assert not served(304, b"", sends=sends)
    assert served(sends=sends)


def test_whole_video_breaks_nothing(served):
    assert not served()
    assert not served()
    assert not served(content=b"", method="HEAD")


@pytest.mark.parametrize(
    ("sent", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=90-", 90, 99),
        ("bytes=-10", 90, 99),
        ("bytes=5-999", 5, 99),
        ("bytes=-200", 0, 99),
    ],
)
def test_range_is_served(served, sent, first, last):
    served()
    status, content, told = part(first, last)
    assert not served(status, content, sends=asks(sent), **told)
    assert served(200, WHOLE, sends=asks(sent))
    assert served(status, content[:-1], sends=asks(sent), **told)
    assert served(status, content, sends=asks(sent), **told | {"content_range": "bytes 1-2/9"})


@pytest.mark.parametrize("sent", ["bytes=100-", "bytes=-0"])
def test_range_beyond_the_end_is_416(served, sent):
    served()
    assert not served(416, b"", sends=asks(sent), content_range="bytes */100")
    assert served(416, b"", sends=asks(sent), content_range="bytes */99")
    assert served(200, WHOLE, sends=asks(sent))


@pytest.mark.parametrize("sent", ["bytes=5-4", "lines=1-2"])
def test_what_is_no_range_is_ignored(served, sent):
    served()
    assert not served(sends=asks(sent))


def test_range_of_another_version_is_ignored(served):
    served()
    assert not served(sends=asks("bytes=0-9", if_range='"other"'))
    status, content, told = part(0, 9)
    assert served(status, content, sends=asks("bytes=0-9", if_range='"other"'), **told)


def test_range_before_the_whole_was_seen_may_be_any(served):
    status, content, told = part(0, 9)
    assert not served(status, content, sends=asks("bytes=0-9"), **told)


def test_version_that_the_client_has_is_304(served):
    served()
    assert not served(304, b"", sends=(("if-none-match", '"a"'),))
    assert served(200, WHOLE, sends=(("if-none-match", '"a"'),))


@pytest.mark.parametrize(
    "changes",
    [
        {"etag": ""},
        {"etag": 'W/"a"'},
        {"etag": '"b"'},
        {"content_length": "99"},
        {"accept_ranges": "none"},
        {"content_type": "text/html"},
        {"content": WHOLE[:-1], "content_length": "99"},
        {"content": WHOLE[:-1] + b"x"},
        {"status": 500},
        {"status": 404},
        {"method": "HEAD"},
        {"method": "HEAD", "content": b"", "content_length": "99"},
    ],
)
def test_service_that_is_a_little_wrong_breaks_a_rule(served, changes):
    served()
    assert served(**changes)


def test_changed_url_is_403(served):
    changed = URL.replace("sig=5", "sig=05")
    assert not served(403, b"", url=changed)
    assert served(200, url=changed) == {"OUT-URL"}


def test_url_lasts_a_week_from_the_end_of_the_job(served, story):
    story.at = WEEK - 2
    assert not served()
    assert served(403, b"") == {"OUT-URL"}
    story.at = WEEK + 2
    assert not served(403, b"")
    assert served() == {"OUT-URL"}


def test_video_that_nobody_told_of_is_not_judged(story, served):
    assert not served(404, b"", url="http://127.0.0.1:8026/media/job_9.mp4?expires=1&sig=1")


SIGN = get("/v1/files/sign?file_id=file_1")
FRESH = {"url": URL.replace("expires=1", "expires=2"), "expires_at": "2026-11-30T18:00:00.000Z"}


def signs(story, status, body, key="main"):
    found = story.breaks(get(SIGN.target, key), status, body)
    return {rule for check, rule in found if check in OF_SERVING}


def test_what_is_kept_is_signed_anew(served, story):
    story.at = WEEK + 2
    assert not signs(story, 200, FRESH)
    assert not served(url=FRESH["url"])
    story.at = 2 * WEEK + 5
    assert not served(403, b"", url=FRESH["url"])


@pytest.mark.usefixtures("served")
def test_signing_that_is_a_little_wrong_breaks_the_rule(story):
    assert signs(story, 404, refusal("not_found")) == {"OUT-URL"}
    assert signs(story, 200, {"url": URL}) == {"OUT-URL"}
    assert signs(story, 200, FRESH, key="other") == {"OUT-URL"}
    assert not signs(story, 404, refusal("not_found"), key="other")
    story.at = MONTH + 1
    assert not signs(story, 404, refusal("not_found"))
    assert signs(story, 200, FRESH) == {"OUT-URL"}


def test_nothing_is_signed_for_nobody(story, live):
    assert not signs(story, 404, refusal("not_found"))
    assert signs(story, 200, FRESH) == {"OUT-URL"}
    assert not signs(live, 200, FRESH)


@pytest.mark.parametrize("status", [200, 403])
def test_end_of_a_url_within_a_second_is_open(served, story, status):
    story.at = WEEK
    assert not served(status)


@pytest.mark.parametrize(("status", "body"), [(200, FRESH), (404, refusal("not_found"))])
def test_end_of_what_is_kept_is_open_by_as_much_as_the_end_of_its_job(story, status, body):
    story.accepts()
    story.at = 10.0
    story.tell(poll(), 200, job("completed"))
    story.at = MONTH + 5
    assert not signs(story, status, body)
