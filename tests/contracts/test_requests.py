"""Steps become requests once the jobs and uploads that they name are known; those that name none are left out."""

import pytest

from contracts.exchange import Sent
from contracts.forms import content_of
from contracts.keys import Keys
from contracts.requests import Requests
from contracts.script import (
    ETAG,
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Sign,
    Submit,
    Upload,
    Wait,
)
from tests.contracts.checks.test_media import GOOD, uploaded, uploading
from tests.contracts.conftest import FIELDS, URL, get, job, poll, result

NAMES = {"job": "job_1", "file": "up_1"}
UPLOAD = Upload(content=b"abc", name="a.png", content_type="image/png")
CONTROL = Control(method="PATCH", path="/_mock/account", fields={"rpm": 1})


@pytest.fixture
def of(story):
    """Make requests of steps, where there is a finished job and an upload."""
    story.accepts()
    story.tell(poll(), 200, job("completed"))
    story.tell(uploading(GOOD), 200, uploaded())
    return lambda step, names=NAMES: Requests(story.history).of(step, names)


@pytest.mark.parametrize(
    ("step", "method", "target"),
    [
        (Submit(fields=FIELDS), "POST", "/v1/videos/generations"),
        (OnJob(operation="job"), "GET", "/v1/jobs/job_1"),
        (OnJob(operation="cancel"), "POST", "/v1/jobs/job_1/cancel"),
        (Download(method="HEAD"), "HEAD", URL),
        (Download(spoil=("sig=5", "sig=6")), "GET", URL.replace("sig=5", "sig=6")),
        (Download(job="file"), "GET", uploaded()["url"]),
        (UPLOAD, "POST", "/v1/files/upload"),
        (Sign(), "GET", "/v1/files/sign?file_id=file_1"),
        (Sign(of="file"), "GET", "/v1/files/sign?file_id=up_1"),
        (CONTROL, "PATCH", "/_mock/account"),
        (Call(poll("job_9")), "GET", "/v1/jobs/job_9"),
    ],
)
def test_step_becomes_the_request_it_stands_for(of, step, method, target):
    sent = of(step)
    assert (sent.method, sent.target) == (method, target)


def test_tag_of_the_video_stands_in_headers_once_it_is_known(story, of):
    step = Download(headers=(("if-range", ETAG), ("range", "bytes=0-9")))
    assert of(step) is None
    story.tell(get(URL, None), 200, b"abc", etag='"a"')
    assert of(step).headers == (("if-range", '"a"'), ("range", "bytes=0-9"))
    assert of(step, {}) is None


def test_cancel_may_have_a_body(of):
    sent = of(OnJob(operation="cancel", body=b"{", headers=(("content-type", "a/b"),)))
    assert (sent.body, sent.content_type) == (b"{", "a/b")


def test_uploads_stand_in_fields_by_their_paths(of):
    step = Submit(fields=FIELDS, files={"image": "file", "reference_images": "file"})
    path = uploaded()["path"].encode()
    assert b'"image": "%s"' % path in of(step).body
    assert b'"reference_images": ["%s"]' % path in of(step).body


def test_file_is_in_its_form(of):
    assert content_of(of(UPLOAD)) == b"abc"
    assert content_of(Sent(operation="upload", method="POST", target="/", body=b"abc")) is None


@pytest.mark.parametrize(
    "step",
    [
        OnJob(operation="job"),
        Download(),
        Sign(),
        Submit(fields=FIELDS, files={"image": "file"}),
        Wait(seconds=1),
        Follow(),
    ],
)
def test_step_that_names_what_there_is_not_is_left_out(of, step):
    assert of(step, {}) is None


def test_fresh_url_is_there_once_it_was_signed(of, story):
    assert of(Download(signed=True)) is None
    fresh = URL.replace("expires=1", "expires=2")
    story.tell(of(Sign()), 200, {"url": fresh, "expires_at": "2026-11-30T18:00:00.000Z"})
    assert of(Download(signed=True)).target == fresh.removeprefix("http://127.0.0.1:8026")


@pytest.mark.parametrize("url", ["http://[", 5, ""])
def test_url_that_is_none_is_not_asked_for(story, url):
    story.accepts()
    story.tell(poll(), 200, job("completed", result=result(url)))
    assert Requests(story.history).of(Download(), NAMES) is None


def test_live_api_gets_no_control_call(live):
    assert Requests(live.history).of(CONTROL, {}) is None


def test_labels_are_sent_where_the_target_knows_them():
    keys = Keys({"main": "k"}, labelled=True)
    assert keys.header("main.a", "authorization") == (("authorization", "Bearer k.a"),)
    assert Keys({"main": "k"}).header("main.a", "x-api-key") == (("x-api-key", "k"),)
