"""Checks of submissions: refused exactly when they break a rule, and answered with a job otherwise."""

import json

import pytest

from contracts.exchange import Sent
from tests.contracts.conftest import FIELDS, Story, refusal, submission, submitted

PATH = "/v1/videos/generations"


def broken_in(*rules):
    """The envelope that names *rules*, each with its pointer."""
    details = [{"rule": rule, "pointer": pointer, "message": "no"} for rule, pointer in rules]
    return refusal(param=rules[0][1].split("/")[1], details=details)


def body(content, content_type="application/json", key="main"):
    headers = () if content_type is None else (("content-type", content_type),)
    return Sent(
        operation="submit", method="POST", target=PATH, key=key, headers=headers, body=content
    )


def rules(found):
    return {rule for _, rule in found}


DURATION = ("REQ-DURATION", "/duration")
RESOLUTION = ("REQ-RESOLUTION", "/resolution")


def test_refusal_of_a_bad_request_breaks_nothing(story):
    assert not story.breaks(submission(duration=99), 400, broken_in(DURATION))
    both = submission(duration=99, resolution="4k")
    assert not story.breaks(both, 400, broken_in(RESOLUTION, DURATION))
    assert story.counted("REQ-DURATION")[0] == 0


def wrong(**changes):
    return {"error": broken_in(DURATION)["error"] | changes}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (202, submitted()),
        (400, broken_in(DURATION) | {"job_id": "job_1"}),
        (422, broken_in(DURATION)),
        (500, broken_in(DURATION)),
        (400, refusal()),
        (400, broken_in(("REQ-DURATION", "/seconds"))),
        (400, wrong(code="job_not_found")),
        (400, wrong(param=None)),
        (400, wrong(type="server_error")),
        (400, b"no"),
    ],
)
def test_refusal_that_is_a_little_wrong_breaks_the_rule(story, status, answer):
    assert "REQ-DURATION" in rules(story.breaks(submission(duration=99), status, answer))


def test_violation_too_many_breaks_its_rule(story):
    answer = broken_in(DURATION, ("REQ-SEED", "/seed"))
    assert rules(story.breaks(submission(duration=99), 400, answer)) == {"REQ-SEED"}
    answer = broken_in(DURATION, ("REQ-NOTHING", "/x"))
    assert rules(story.breaks(submission(duration=99), 400, answer)) == {"REQ-DURATION"}


def test_live_api_may_refuse_in_its_own_words(live):
    assert not [one for one in live.tell(submission(duration=99), 422, {}) if not one.is_observed]
    (found, *_) = live.tell(submission(duration=99), 202, submitted())
    assert not found.is_observed


@pytest.mark.parametrize("status", [None, 401, 429])
def test_refusal_of_the_caller_says_nothing_of_the_request(live, status):
    found = rules(live.breaks(submission(duration=99), status, refusal(), retry_after="1"))
    assert found <= {"AUTH-KEY", "LIMIT-RPM"}
    found = rules(live.breaks(submission(), status, refusal(), retry_after="1"))
    assert found <= {"AUTH-KEY", "LIMIT-RPM"}


def test_unknown_model_is_404(story):
    asked = submission(model="wan-0")
    assert not story.breaks(asked, 404, refusal("model_not_found"))
    assert rules(story.breaks(asked, 400, refusal())) == {"REQ-MODEL"}
    assert rules(story.breaks(asked, 202, submitted())) == {"REQ-MODEL"}


@pytest.mark.parametrize(
    ("fields", "answer", "rule"),
    [
        ({"duration": 5}, refusal(param="duration"), "REQ-DURATION"),
        ({"duration": 5, "seed": 1}, refusal(), "REQ-SEED"),
        ({"colour": "blue"}, refusal(), "REQ-EXTRA"),
        ({"prompt": "é" * 1501}, refusal(param="prompt"), "REQ-PROMPT-LENGTH"),
        ({"prompt": "é" * 1500}, refusal(param="prompt"), "REQ-PROMPT"),
        ({"negative_prompt": "é" * 501}, b"no", "REQ-PROMPT-LENGTH"),
    ],
)
def test_refusal_of_a_good_request_breaks_the_rule_of_its_field(story, fields, answer, rule):
    assert rule in rules(story.breaks(submission(**fields), 400, answer))


def test_accepted_submission_breaks_nothing(story):
    assert not story.breaks(submission(seed=3.0), 202, submitted())


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, submitted("job_2")),
        (202, submitted()),
        (202, submitted("job_2", poll_url="/v1/jobs/job_1")),
        (202, submitted("job_2", poll_url="http://[")),
        (202, submitted("job_2", model="wan-2-5")),
        (202, submitted("")),
        (202, {}),
    ],
)
def test_submit_answer_that_is_a_little_wrong_breaks_its_rule(story, status, answer):
    story.accepts()
    assert "JOB-SUBMIT" in rules(story.breaks(submission(), status, answer))


def test_status_of_an_accepted_submission_is_a_policy():
    story = Story()
    story.policies["submit_status"] = "200"
    assert not story.breaks(submission(), 200, submitted())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff"])
def test_body_that_is_no_object_is_400(story, content):
    assert not story.breaks(body(content), 400, refusal())
    assert rules(story.breaks(body(content), 202, submitted())) == {"REQ-JSON"}
    assert rules(story.breaks(body(content), 400, refusal("not_found"))) == {"REQ-JSON"}


@pytest.mark.parametrize("content_type", ["text/plain", None])
def test_body_that_is_not_said_to_be_json_is_415(story, content_type):
    asked = body(json.dumps({"model": "wan-2-6", "prompt": "x"}).encode(), content_type)
    assert not story.breaks(asked, 415, refusal("unsupported_media_type"))
    assert rules(story.breaks(asked, 202, submitted())) == {"REQ-JSON"}


@pytest.mark.parametrize("status", [None, 402])
def test_body_says_nothing_where_the_caller_is_refused(story, status):
    assert not story.breaks(body(b"{"), status, refusal("insufficient_credits"))


GOOD = '{"model": "wan-2-6", "prompt": "x"'
DEEP = "[" * 63 + "]" * 63
LENIENT = [
    f'{GOOD}, "model": "wan-2-6"}}',
    f'{GOOD}, "duration": NaN}}',
    f'{GOOD}, "duration": -Infinity}}',
    f'{GOOD}, "negative_prompt": "\\ud800"}}',
    f'{GOOD}, "x": [{DEEP}]}}',
]


@pytest.mark.parametrize("text", LENIENT)
def test_lenient_json_is_refused(story, text):
    asked = body(text.encode())
    assert not story.breaks(asked, 400, refusal())
    assert rules(story.breaks(asked, 202, submitted())) == {"REQ-STRICT"}
    assert "REQ-STRICT" in rules(story.breaks(asked, 400, refusal("not_found")))


def test_last_level_is_accepted(story):
    asked = body(f'{GOOD}, "x": {DEEP}}}'.encode())
    assert not story.breaks(asked, 202, submitted())
    assert "REQ-STRICT" in rules(story.breaks(asked, 400, refusal()))


def test_live_api_may_read_as_it_likes(live):
    assert not live.breaks(body(LENIENT[0].encode()), 202, submitted())
    assert not live.breaks(body(LENIENT[0].encode()), 429, retry_after="1") - {
        ("rates_are_limited", "LIMIT-RPM")
    }


def test_json_with_parameters_is_json(story):
    sent = body(json.dumps(FIELDS).encode(), "application/json; charset=utf-8")
    assert "REQ-JSON" in rules(story.breaks(sent, 415, refusal("unsupported_media_type")))
    assert not story.breaks(sent, 202, submitted())
