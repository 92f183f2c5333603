"""Evidence: what is kept of rules that nobody vouches for, and what never is."""

import json
from dataclasses import replace

import pytest

from contracts.events import Event
from contracts.evidence import is_unproven, recorded, redacted
from contracts.exchange import Answer, Exchange, Sent
from contracts.reports.folder import FolderError
from tests.contracts.reports.conftest import AT, STARTED, breaks, finished, submitted

LIVE = replace(STARTED, is_emulator=False, target="https://api.example")
LIST = Exchange(
    sent=Sent(operation="list", method="GET", target="/v1/jobs"),
    answer=Answer(200, {"set-cookie": "a=b", "x-request-id": "r"}, b"{}"),
)


def written(tmp_path, contract, *events):
    """Return by rule what is written of *events*."""
    assert [*recorded(iter(events), tmp_path, contract, AT)] == [*events]
    return {path.stem: json.loads(path.read_text()) for path in tmp_path.iterdir()}


def test_kept_rule_is_kept_with_the_exchanges_that_show_it(tmp_path, contract):
    samples = {"JOB-LIST": (LIST,), "JOB-STATUS": (submitted(),)}
    (seen,) = written(tmp_path, contract, LIVE, finished(contract, samples=samples)).values()
    told = (seen["rule"], seen["provenance"], seen["is_kept"], seen["otherwise"])
    assert told == ("JOB-LIST", "documented", True, [])
    assert (seen["observed_at"], seen["target"]) == (AT.isoformat(), "https://api.example")
    assert seen["exchanges"][0]["answer"]["headers"] == {
        "set-cookie": "REDACTED",
        "x-request-id": "r",
    }


def test_rule_that_is_otherwise_is_kept_with_what_was_received(tmp_path, contract):
    other = breaks("JOB-LIST", [LIST], pointer="/data", observed=True)
    samples = {"JOB-LIST": (submitted(),)}
    events = (LIVE, other, finished(contract, samples=samples))
    seen = written(tmp_path, contract, *events)["JOB-LIST"]
    assert not seen["is_kept"]
    assert seen["otherwise"][0]["received"] == '"queued"'
    assert [one["request"]["target"] for one in seen["exchanges"]] == ["/v1/jobs"]


def test_run_that_breaks_off_keeps_nothing(tmp_path, contract):
    assert written(tmp_path, contract, LIVE) == {}


def test_folder_that_cannot_be_written_to_is_told(tmp_path, contract):
    (tmp_path / "JOB-LIST.json").mkdir()
    events: list[Event] = [LIVE, finished(contract, samples={"JOB-LIST": (LIST,)})]
    with pytest.raises(FolderError, match="another --record would do"):
        [*recorded(events, tmp_path, contract, AT)]


def test_only_what_is_not_proven_is_news(contract):
    unproven = {rule.id for rule in contract.rules.values() if is_unproven(rule)}
    assert "JOB-LIST" in unproven
    assert "JOB-STATUS" not in unproven


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://h/a.mp4?expires=5&sig=5d0e", "http://h/a.mp4?expires=5&sig=REDACTED"),
        ('"http://h/a?X-Amz-Signature=a%20b"', '"http://h/a?X-Amz-Signature=REDACTED"'),
        (r'"http://h/a?b=1\u0026Key-Pair-Id=c"', r'"http://h/a?b=1\u0026Key-Pair-Id=REDACTED"'),
        ("no secret = here", "no secret = here"),
    ],
)
def test_secrets_of_urls_are_left_out(text, expected):
    assert redacted({"a": [text]}) == {"a": [expected]}


def test_headers_that_let_somebody_in_are_left_out():
    assert redacted([["cookie", "x"], ["accept", "y"]]) == [["cookie", "REDACTED"], ["accept", "y"]]
