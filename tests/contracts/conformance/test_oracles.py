"""Oracles, on trials made by hand: they are silent on what is good, and speak of what is not."""

import json
from typing import Any

import pytest

from contracts.conformance.oracles import ending, files, pace, requests
from contracts.conformance.said import Said
from tests.contracts.conformance.conftest import JOB, REQUEST, VIDEO, entry, trial


def found(oracle, *entries, **changes):
    return [*oracle(trial(*entries, **changes))]


def said(outcome, **more):
    return Said(outcome=outcome, **more)


def submission(fields=REQUEST, **changes):
    headers = {**entry().headers, "content-type": "application/json"}
    return entry("submit", body=json.dumps(fields), **{"headers": headers, **changes})


SILENT = {"said": None, "trouble": "it hung"}
POOR = {"saved": VIDEO[:-1]}
GIVEN_UP = {"said": said("error", message="no"), "saved": None}


@pytest.mark.parametrize(
    ("oracle", "good", "bad"),
    [
        (
            ending.completes,
            {},
            [POOR, SILENT, GIVEN_UP, {"saved": None}, {"saved": VIDEO[::-1]}, {"video": None}],
        ),
        (
            ending.is_honest,
            GIVEN_UP,
            [POOR, {"said": said("failed")}, {"said": said("failed"), "video": None}],
        ),
        (ending.answers, {}, [SILENT]),
        (ending.gives_up, GIVEN_UP, [{}, {"said": said("timeout")}, SILENT]),
        (ending.says("failed"), {"said": said("failed")}, [{}, SILENT]),
        (ending.in_time, {"seconds": 14.4}, [{"seconds": 14.6}, {"is_killed": True}]),
        (ending.makes_at_most(1), {}, [{"jobs": [JOB, JOB]}]),
        (ending.makes_at_most(0), {"jobs": []}, [{}]),
        (
            ending.passes_on("Refused"),
            {"said": said("failed", message="it was refused")},
            [{}, SILENT],
        ),
        (
            ending.is_retryable(wanted=False),
            {"said": said("failed", retryable=False)},
            [{}, {"said": said("failed", retryable=True)}, SILENT],
        ),
        (ending.names_its_job, {}, [{"said": said("completed")}, SILENT]),
        (ending.names_its_job, {"jobs": [], **SILENT}, []),
        (files.never_partial, {"glimpses": (len(VIDEO),)}, [{"glimpses": (0, len(VIDEO))}]),
    ],
)
def test_end_is_judged(oracle, good, bad):
    assert found(oracle, **good) == []
    for changes in bad:
        assert found(oracle, **changes), changes


HEAD = entry("download", method="HEAD", status=403)
POLLS = [entry(at=at) for at in (0.0, 1.0, 2.2)]


@pytest.mark.parametrize(
    ("oracle", "good", "bad"),
    [
        (
            requests.sends_what_was_asked,
            [submission()],
            [
                [],
                [submission({"model": "wan-2-6"})],
                [submission({**REQUEST, "prompt": 5})],
                [submission([])],
            ],
        ),
        (requests.sends_nothing_else, [submission()], [[submission({**REQUEST, "n": 1})]]),
        (requests.sends_nothing_else, [submission([])], []),
        (
            requests.says_json,
            [submission()],
            [[submission(headers={})], [submission(headers={"content-type": "text/plain"})]],
        ),
        (
            requests.sends_its_key,
            [
                submission(),
                entry(headers={"x-api-key": "[redacted]"}),
                entry("download", headers={}),
            ],
            [[entry(headers={})], [entry(headers={"authorization": "Basic [redacted]"})]],
        ),
        (
            requests.keeps_its_key_out,
            [submission(), entry("download", query="expires=1&sig=[redacted]")],
            [
                [entry(query="key=[redacted]")],
                [entry("submit", body='{"key": "[redacted]"}')],
                [entry(headers={"user-agent": "x [redacted]"})],
            ],
        ),
        (
            requests.keeps_its_key_from_the_video,
            [entry("download", headers={})],
            [[entry("download")]],
        ),
        (
            requests.keeps_its_key_at_home,
            [entry()],
            [[entry(headers={**entry().headers, "host": "localhost:8026"})]],
        ),
        (requests.follows_its_poll_url, [entry()], [[], [entry(None, path="/v1/v1/jobs/job_1")]]),
        (
            pace.waits_as_told("poll"),
            [entry(answer_headers={"retry-after": "2"}), entry(at=1.96), entry(at=2.0)],
            [
                [entry(answer_headers={"retry-after": "2"}), entry(at=1.9)],
                [entry(answer_headers={"retry-after": "2"}), entry(at=5.6)],
            ],
        ),
        (pace.comes_again("submit"), [submission(), submission()], [[submission()]]),
        (pace.asks_at_most("poll", 3), POLLS, [[*POLLS, entry(at=3.0)]]),
        (pace.does_not_storm("poll"), POLLS, [[entry(at=at) for at in (0.0, 0.1, 0.2)]]),
        (
            pace.slows_down,
            [entry(at=at, status=503) for at in (0.0, 1.0, 3.0, 7.0)],
            [[entry(at=at, status=503) for at in (0.0, 1.0, 2.0, 3.0)]],
        ),
        (pace.slows_down, POLLS, []),
        (
            pace.varies,
            [entry(at=at) for at in (0.0, 1.0, 2.1, 3.0, 4.2, 5.1)],
            [[entry(at=float(at)) for at in range(6)]],
        ),
        (pace.varies, POLLS, []),
        (
            pace.stops_at_the_end,
            [*POLLS, entry(at=3.0, answer_body='{"status": "completed"}')],
            [[entry(answer_body='{"status": "failed"}'), entry(at=1.0)]],
        ),
        (pace.asks_at_most("download", 1), [HEAD, entry("download")], [[entry("download")] * 2]),
        (files.asks_for_a_fresh_url, [HEAD, entry("download", at=1.0)], []),
        (files.downloads_once, [entry("download")], [[entry("download"), entry("download")]]),
        (
            files.resumes,
            [entry("download"), entry("download", headers={"range": "bytes=5-"})],
            [[entry("download"), entry("download")]],
        ),
        (
            files.never_mixes,
            [
                entry("download"),
                entry("download", headers={"range": "bytes=5-", "if-range": '"a"'}),
            ],
            [[entry("download"), entry("download", headers={"range": "bytes=5-"})]],
        ),
        (
            files.asks_for_a_fresh_url,
            [entry("download", status=403), entry("sign", at=1.0)],
            [[entry("download", status=403)], [entry(), entry("download", at=1.0, status=403)]],
        ),
    ],
)
def test_requests_are_judged(oracle, good, bad):
    assert found(oracle, *good) == []
    for entries in bad:
        assert found(oracle, *entries), entries


@pytest.mark.parametrize(
    ("unmet", "met", "not_met"),
    [
        (pace.has_at_least("poll", 3, "a pace"), POLLS, POLLS[:2]),
        (pace.saw("paused"), [entry(answer_body='{"status": "paused"}')], POLLS),
        (pace.was_struck("poll"), POLLS, []),
        (
            files.refusal_met_a_head,
            [HEAD, entry("download", status=403)],
            [HEAD, entry("download", at=1.0)],
        ),
    ],
)
def test_what_cannot_be_judged_is_told(unmet, met, not_met):
    assert unmet(trial(*met)) is None
    assert unmet(trial(*not_met))


SLOW: Any = {"answer_headers": {"retry-after": "2"}, "seconds": 0.2}


@pytest.mark.parametrize(
    ("again", "received"),
    [
        (2.0, []),  # the client had the answer long before its end was taken down
        (1.9, ["the next one after 1.90 s"]),
        (5.6, []),  # it had the answer but late
        (5.8, ["the next one after 5.60 s"]),
    ],
)
def test_client_has_an_answer_at_any_moment_of_it(again, received):
    findings = found(pace.waits_as_told("poll"), entry(**SLOW), entry(at=again))
    assert [one.received for one in findings] == received


def test_bodies_that_are_no_json_are_read_as_nothing():
    assert entry(body="{", answer_body="[1]").fields is None
    assert entry(answer_body="[1]").answer == {}
    assert entry(answer_headers={"retry-after": "soon"}).retry_after is None


def test_deadline_counts_from_the_first_request():
    """A busy machine may take seconds to start an interpreter."""
    assert found(ending.in_time, entry(at=2.0), seconds=16.4) == []
    assert found(ending.in_time, entry(at=2.0), seconds=16.6)
