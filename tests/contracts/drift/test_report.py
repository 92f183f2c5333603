import json
from pathlib import Path

import pytest

from contracts.drift.blame import Says
from contracts.drift.drift import drift
from contracts.drift.errors import LookError
from contracts.drift.observed import Observation, Observed
from contracts.drift.report import as_json, as_markdown, as_text

ROOT = Path(__file__).parents[3]
URL = "https://api.example.org"


@pytest.fixture
def found(contract, site, card):
    """A drift with something of every kind in it."""
    card["supported_parameters"][3]["maximum"] = 10
    card["features"].append("a|b\x1b[2J")
    del site["/openapi.json"]
    site["/v1/models"] = LookError("answers 401", 401)
    one = Observation(request="GET /v1/jobs", pointer="/a", expected="x", received="y\n")
    run = Observed(
        is_emulator=False,
        says={"JOB-LIST": Says.OTHER, "REQ-DURATION": Says.SAME},
        observations={"JOB-LIST": (one,)},
    )
    return drift(contract, site, runs=[run])


def test_clean_look_is_a_few_lines(contract, site):
    assert as_text(drift(contract, site), URL).splitlines() == [
        f"{URL} against the contract document: 0 breaking, 0 compatible, 0 informational",
        "  read  GET /v1/models/wan-2-6",
        "  read  GET /v1/models",
        "  read  GET /openapi.json",
    ]


def test_text_tells_place_sides_and_who_is_likely_wrong(found):
    assert as_text(found, URL) == "\n".join(
        [
            f"{URL} against the contract document: 1 breaking, 2 compatible, 0 informational;"
            " 1 of 3 sources could not be looked at",
            "  read  GET /v1/models/wan-2-6",
            "  could not look  GET /v1/models: answers 401",
            "  not served  GET /openapi.json: answers 404",
            "",
            "breaking REQ-DURATION: GET /v1/models/wan-2-6 /supported_parameters/duration/maximum",
            "  changed: document 15; published 10; seen live as the document",
            "  likely: live changed",
            "",
            "compatible MODEL-CARD: GET /v1/models/wan-2-6 /features",
            '  added: document nothing; published "a|b\\u001b[2J"',
            "  likely: live changed",
            "",
            "compatible JOB-LIST: GET /v1/jobs /a",
            "  changed: document x; seen live y\\n",
            "  likely: document wrong",
        ]
    )


def test_markdown_shows_what_is_published_as_it_is(found):
    said = as_markdown(found, URL)

    rows = [line for line in said.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(found.findings)
    assert "a\\|b" in said
    assert "- could not look  GET /v1/models: answers 401" in said


def test_markdown_of_a_clean_look_has_no_table(contract, site):
    assert "|" not in as_markdown(drift(contract, site), URL)


def test_json_has_everything(found):
    said = json.loads(as_json(found, URL))

    assert said["format"] == "wan-mock drift 1"
    assert (said["target"], said["is_clean"]) == (URL, False)
    assert said["counts"] == {
        "breaking": 1,
        "compatible": 2,
        "informational": 0,
        "could_not_look": 1,
    }
    assert [one["state"] for one in said["sources"]] == ["read", "could not look", "not served"]
    assert said["findings"][0] == {
        "level": "breaking",
        "change": "changed",
        "rule": "REQ-DURATION",
        "source": "GET /v1/models/wan-2-6",
        "pointer": "/supported_parameters/duration/maximum",
        "document": 15,
        "live": 10,
        "is_published": True,
        "emulator": {"says": "not known", "received": None},
        "accepted": {"says": "as the document", "received": None},
        "wrong": "live changed",
    }


def test_side_that_has_nothing_has_no_member(found):
    said = json.loads(as_json(found, URL))

    assert "document" not in said["findings"][1]


def test_example_of_the_documentation_is_what_is_said(contract, site, card):
    card["supported_parameters"][3]["maximum"] = 10
    card["pricing_rows"][0]["rate"] = "0.1"
    card["features"].append("lip_sync")
    del site["/openapi.json"]

    page = (ROOT / "docs" / "how-to" / "watch-for-drift.md").read_text(encoding="utf-8")
    said = as_text(drift(contract, site), "https://api.empiriolabs.ai")
    assert f"```text\n{said}\n```" in page
