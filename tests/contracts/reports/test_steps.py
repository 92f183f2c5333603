"""The steps of a failure, in words and with what was exchanged in each."""

from dataclasses import replace

import pytest

from contracts.exchange import Exchange, Sent, json_request
from contracts.forms import form
from contracts.reports.steps import steps_of, words
from contracts.script import (
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
from tests.contracts.reports.conftest import FIELDS, JOB_ID, breaks, polled, submitted

POLL = OnJob(operation="job")
LOOK = Sent(operation="list", method="GET", target="/v1/jobs")
VIDEO = Sent(operation="download", method="GET", target="/media/a.mp4", key=None)
UPLOAD = Upload(content=b"abc", name="a.png", content_type="image/png")
CONTROL = Control(method="PATCH", path="/_mock/account", fields={"rpm": 1})


def told(*steps, history, **more):
    """How many exchanges each of *steps* led to, and the names of the jobs."""
    done, names = steps_of(breaks("JOB-FORWARD", history, *steps, **more))
    return [len(one.exchanges) for one in done], names


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Submit(fields={"a": 1}, job="job2"), 'submit {"a": 1} as job2'),
        (Submit(fields={}, key="other"), "submit {} as job with the key of other"),
        (POLL, "poll job"),
        (OnJob(operation="cancel", key=None), "cancel job without a key"),
        (Follow(seconds=0.5), "poll job until it ends, every 0.5 s"),
        (Wait(seconds=4.0), "wait 4 s"),
        (Download(), "download job"),
        (Download(method="HEAD"), "HEAD the video of job"),
        (Download(headers=(("range", "bytes=0-9"),)), "download job, range: bytes=0-9"),
        (
            Download(spoil=("sig=", "sig=0")),
            "download job, 'sig=' in its URL made 'sig=0'",
        ),
        (
            Submit(fields={}, files={"image": "file"}),
            "submit {}, image from file as job",
        ),
        (Download(signed=True), "download job by its fresh URL"),
        (UPLOAD, "upload a.png, 3 bytes of image/png, as file"),
        (Sign(key="other"), "ask for a fresh URL of job with the key of other"),
        (CONTROL, 'set the account of main to {"rpm": 1}'),
        (Call(LOOK), "GET /v1/jobs"),
        (Call(LOOK, job="first"), "GET /v1/jobs as first"),
        (Call(replace(LOOK, key_header="x-api-key")), "GET /v1/jobs, the key as x-api-key"),
        (OnJob(operation="cancel", body=b"[]"), "cancel job with the body []"),
        (
            Call(Sent(operation="submit", method="POST", target="/v1", body=b"{}", key=None)),
            "POST /v1 with the body {} without a key",
        ),
        (
            Call(
                Sent(
                    operation="submit",
                    method="POST",
                    target="/v1",
                    body=b"\xff" + b"x" * 300,
                    headers=(("content-type", "application/json"), ("accept", "a/b")),
                )
            ),
            "POST /v1 with the body \\xff" + "x" * 196 + "…, accept: a/b",
        ),
    ],
)
def test_step_is_told_in_words(step, expected):
    assert words(step) == expected


def test_each_step_has_what_was_exchanged_in_it():
    history = [submitted(), polled("queued"), polled("completed")]

    assert told(Submit(fields=FIELDS), Wait(seconds=1), POLL, POLL, history=history) == (
        [1, 0, 1, 1],
        {"job": JOB_ID},
    )


def test_following_takes_every_poll_up_to_the_end():
    history = [submitted(), polled("queued"), polled("completed"), polled("completed")]

    assert told(Submit(fields=FIELDS), Follow(), POLL, history=history)[0] == [1, 2, 1]


def test_following_takes_no_more_polls_than_it_may():
    history = [submitted(), *(polled("queued") for _ in range(3))]

    assert told(Submit(fields=FIELDS), Follow(most=2), POLL, history=history)[0] == [1, 2, 1]


def test_following_goes_on_past_a_status_that_is_no_word():
    history = [submitted(), polled({"x": 1}), polled("completed")]  # type: ignore[arg-type]

    assert told(Submit(fields=FIELDS), Follow(), history=history)[0] == [1, 2]


def test_following_ends_where_the_history_does():
    history = [submitted(), polled("queued")]

    assert told(Submit(fields=FIELDS), Follow(), history=history)[0] == [1, 1]


def test_step_about_a_job_that_there_is_not_was_left_out():
    history = [submitted(job_id=None), polled("queued", operation="list")]
    history[-1] = history[-1].__class__(sent=LOOK, answer=history[-1].answer)

    assert told(Submit(fields=FIELDS), POLL, Call(LOOK), history=history) == ([1, 0, 1], {})


def test_job_of_another_name_is_not_mistaken():
    second = "job_b"
    history = [submitted(), submitted(job_id=second), polled("queued", job_id=second)]
    steps = (
        Submit(fields=FIELDS),
        Submit(fields=FIELDS, job="b"),
        POLL,
        OnJob(operation="job", job="b"),
    )

    assert told(*steps, history=history) == ([1, 1, 0, 1], {"job": JOB_ID, "b": second})


def test_submission_that_is_sent_as_it_is_names_its_job():
    done = submitted()
    steps = Call(done.sent, job="first"), OnJob(operation="job", job="first")
    counts, names = told(*steps, history=[done, polled("queued")])
    assert (counts, names) == ([1, 1], {"first": JOB_ID})


def test_download_is_known_by_its_operation():
    history = [submitted(), polled("completed")]
    history.append(history[-1].__class__(sent=VIDEO, answer=None))
    steps = (Submit(fields=FIELDS), POLL, Download())

    assert told(*steps, history=history)[0] == [1, 1, 1]


def test_what_did_not_show_again_is_ascribed_to_no_step():
    assert told(POLL, history=[polled("queued")], is_reproduced=False) == ([0], {})


def test_uploads_signings_and_control_calls_are_known_by_their_requests():
    headers, body = form("file", "a.png", "image/png", b"abc")
    sent = [
        Sent(
            operation="upload", method="POST", target="/v1/files/upload", headers=headers, body=body
        ),
        Sent(operation="sign", method="GET", target="/v1/files/sign?file_id=a"),
        json_request("control", "PATCH", "/_mock/account", {"rpm": 1}),
    ]
    history = [Exchange(sent=one, answer=None) for one in sent]
    steps = (UPLOAD, Sign(of="file"), CONTROL)
    assert told(*steps, history=history)[0] == [1, 1, 1]


def test_submission_is_known_but_for_the_fields_of_its_files():
    step = Submit(fields=FIELDS, files={"image": "file"})
    history = [submitted({**FIELDS, "image": "bunny://a"})]
    assert told(step, history=history)[0] == [1]
