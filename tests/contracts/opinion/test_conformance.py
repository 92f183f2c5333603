"""What Schemathesis says of answers, as verdicts about the rules of the contract."""

import pytest

from contracts.exchange import Exchange
from contracts.history import History
from contracts.opinion.conformance import conformance, rule_of
from tests.contracts.conftest import CONTRACT, DEFAULTS, get, poll
from tests.contracts.opinion.conftest import JOB_ID, JOBS, answered, served_of

HISTORY = History(CONTRACT, DEFAULTS, is_emulator=True)
GOOD = {"job_id": "job_1"}


def verdicts(answer, *, sent=None, paths=None):
    checks = conformance(served_of(paths or {"/v1/jobs/{id}": JOBS}).operations)
    exchange = Exchange(sent=sent or poll(), answer=answer)
    return {
        check.__name__.removeprefix("schemathesis_"): verdict
        for check in checks
        for verdict in check(exchange, HISTORY)
    }


def test_answer_as_documented_has_nothing_said_against_it():
    assert not verdicts(answered(GOOD, x_count="1"))


def test_nothing_is_said_of_what_the_document_does_not_have_or_nobody_answered():
    assert not verdicts(answered(5), sent=get("/v1/models"))
    assert not verdicts(answered(5), sent=get("/elsewhere"))
    assert not verdicts(None)


@pytest.mark.parametrize(
    ("answer", "checks"),
    [
        (answered(GOOD, 500), {"not_a_server_error", "status_code_conformance"}),
        (answered(GOOD, 418), {"status_code_conformance"}),
        (answered(GOOD, content_type="text/html"), {"content_type_conformance"}),
        (answered(GOOD, x_count="many"), {"response_headers_conformance"}),
        (answered({"job_id": 5}), {"response_schema_conformance"}),
    ],
    ids=["500", "418", "media type", "header", "body"],
)
def test_answer_that_is_not_as_documented_breaks_the_rule_of_its_operation(answer, checks):
    found = verdicts(answer)
    assert checks <= found.keys()
    assert {verdict.rule for verdict in found.values()} == {"JOB-SHAPE"}
    assert all(f"Schemathesis: {name}" in verdict.expected for name, verdict in found.items())


def test_place_in_the_answer_is_told():
    found = verdicts(answered({"job_id": 5}, x_count="1"))
    assert found["response_schema_conformance"].pointer == "/job_id"
    assert "Response violates schema" in found["response_schema_conformance"].received


def test_document_that_cannot_be_applied_is_told():
    schema = {"schema": {"type": "banana"}}
    responses = {"200": {"description": "a job", "content": {"application/json": schema}}}
    paths = {"/v1/jobs/{id}": {"get": {"parameters": [JOB_ID], "responses": responses}}}
    (found, *_) = verdicts(answered(GOOD), paths=paths).values()
    assert "cannot be applied" in found.received


def test_every_operation_of_the_contract_has_a_rule_and_so_have_refusals():
    rules = {rule_of(id_, 200) for id_ in CONTRACT.api.operations}
    assert rules <= CONTRACT.rules.keys()
    assert [rule_of("job", status) for status in (401, 402, 429)] == [
        "AUTH-KEY",
        "CREDIT",
        "LIMIT-RPM",
    ]
