"""Checks of the envelope of errors."""

import pytest

from contracts.exchange import Sent
from tests.contracts.conftest import get, poll, refusal

CHECK = "errors_come_in_the_envelope"


def rules(found):
    return {rule for check, rule in found if check == CHECK}


def test_envelope_breaks_nothing(story):
    assert not story.breaks(poll(), 404, refusal("job_not_found"))


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"message": "no"},
        {"error": "no"},
        refusal("job_not_found", param=5),
        refusal("job_not_found", type="billing_error"),
        refusal("job_not_found", message=""),
        refusal("rate_limit_exceeded"),
        {"error": {**refusal("job_not_found")["error"], "code": "not_there"}},
    ],
)
def test_envelope_that_is_a_little_wrong_breaks_the_rule(story, body):
    assert rules(story.breaks(poll(), 404, body)) == {"JOB-UNKNOWN"}


def test_what_no_rule_promises_is_let_be(story):
    assert not rules(story.breaks(get("/v1/nothing"), 404, {}))


def test_answer_to_head_has_no_body(story):
    sent = Sent(operation="download", method="HEAD", target="/media/job_1.mp4", key=None)
    assert not rules(story.breaks(sent, 403, b""))
