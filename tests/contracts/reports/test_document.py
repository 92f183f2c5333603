"""The JSON report."""

import json
from importlib.resources import files

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from contracts.reports.document import document, written
from contracts.script_json import from_json
from tests.contracts.reports.conftest import finished


@pytest.fixture(scope="session")
def schema():
    return json.loads(files("contracts.reports").joinpath("report.schema.json").read_bytes())


def test_schema_is_one(schema):
    Draft202012Validator.check_schema(schema)


def test_report_has_the_form_of_its_schema(report, report_of, contract, schema, broken):
    for one in (report, report_of(), report_of(broken), report_of(finished(contract))):
        jsonschema_rs.validate(schema, json.loads(written(one)))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.pop("target"),
        lambda report: report.update(colour="blue"),
        lambda report: report["rules"][0].update(provenance="rumour"),
        lambda report: report["failures"][0].update(history=[]),
        lambda report: report["failures"][0]["script"]["steps"][0].update(do="fly"),
        lambda report: report["failures"][0]["history"][0]["request"].update(secret="x"),
    ],
)
def test_schema_refuses_what_is_no_report(report, schema, spoil):
    found = json.loads(written(report))
    spoil(found)

    assert not jsonschema_rs.is_valid(schema, found)


def test_counts_are_those_of_the_rules(report, contract):
    counts = document(report)["counts"]

    assert counts == {
        "rules": len(contract.rules),
        "broken": 1,
        "known": 0,
        "observed": 1,
        "kept": 2,
        "not_checked": len(contract.rules) - 4,
        "failures": 2,
        "calls": 4321,
        "jobs": 12,
    }


def test_what_is_observed_only_is_no_failure_of_its_rule(report):
    rules = {rule["id"]: rule for rule in document(report)["rules"]}

    assert rules["REQ-MODEL"]["failures"] == 0
    assert [one["request"] for one in rules["REQ-MODEL"]["observed"]] == [
        "POST /v1/videos/generations"
    ]
    assert rules["JOB-FORWARD"]["failures"] == 1
    assert rules["JOB-FORWARD"]["observed"] == []


def test_failure_has_everything_that_shows_it(report, broken):
    failure = document(report)["failures"][0]

    assert from_json(failure["script"]) == broken.script
    assert [step["exchanges"] for step in failure["steps"]] == [[0], [1], [], [2]]
    assert failure["history"][0]["request"]["key"] == "main"
    assert failure["history"][2]["answer"]["status"] == 200
    assert failure["curl"].startswith("curl ")
    assert failure["shell"].startswith("#!/bin/sh")
    assert "def test_job_forward" in failure["pytest"]


def test_answer_that_never_came_has_its_reason(report):
    exchange = document(report)["failures"][1]["history"][0]

    assert (exchange["answer"], exchange["trouble"]) == (None, "ReadError: cut")
