"""The machine of the links: what ends it, and what it never sends."""

from contracts.opinion.links import follow
from contracts.opinion.requests import Requests
from tests.contracts.conftest import CONTRACT
from tests.contracts.opinion.conftest import served_of

BODY = {"type": "object", "required": ["model"], "properties": {"model": {"const": "wan-2-6"}}}
ID = {"job_id": "$response.body#/job_id"}


def post(path, operation):
    """A path that is posted to, with a link to *operation*."""
    responses = {
        "202": {"description": "x", "links": {"it": {"operationId": operation, "parameters": ID}}}
    }
    takes = {"required": True, "content": {"application/json": {"schema": BODY}}}
    return {path: {"post": {"operationId": path, "requestBody": takes, "responses": responses}}}


def job(path, operation):
    """A path of a job, called *operation*."""
    parameters = [{"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}]
    responses = {"200": {"description": "x"}}
    return {
        path: {"get": {"operationId": operation, "parameters": parameters, "responses": responses}}
    }


SUBMIT, JOB, ELSEWHERE = "/v1/videos/generations", "/v1/jobs/{job_id}", "/v1/orders"


def followed(opened, found, is_over=lambda: False, requests=None):
    drivers = []

    def kept():
        drivers.append(driver := opened())
        return driver

    broken = follow(
        found, requests or Requests(CONTRACT), kept, seed=1, examples=5, is_over=is_over
    )
    sent = [one.sent.operation for driver in drivers for one in driver.recording.exchanges]
    return broken, sent


def test_document_without_links_leads_nowhere(opening, emulator):
    assert followed(opening(emulator), served_of(job(JOB, "job"))) == (None, [])


def test_operations_that_the_contract_does_not_have_are_not_sent(opening, emulator):
    paths = post(SUBMIT, "job") | post(ELSEWHERE, "job") | job(JOB, "job")
    broken, sent = followed(opening(emulator), served_of(paths))
    assert broken is None
    assert {*sent} <= {"submit", "job"}
    assert "submit" in sent


def test_nothing_is_sent_where_every_request_is_left_out(opening, emulator):
    submit = CONTRACT.api.operations["submit"]._replace(path="/elsewhere")
    api = CONTRACT.api._replace(operations={**CONTRACT.api.operations, "submit": submit})
    paths = post(SUBMIT, "job") | job(JOB, "job")
    left_out = Requests(CONTRACT._replace(api=api))
    assert followed(opening(emulator), served_of(paths), requests=left_out) == (None, [])


def test_nothing_is_sent_once_the_time_is_over(opening, emulator):
    paths = post(SUBMIT, "job") | job(JOB, "job")
    assert followed(opening(emulator), served_of(paths), is_over=lambda: True) == (None, [])


def test_lost_answer_ends_it(opening, emulator):
    async def lost(scope, receive, send):
        if scope["path"].startswith("/_mock"):
            await emulator(scope, receive, send)

    paths = post(SUBMIT, "job") | job(JOB, "job")
    assert followed(opening(lost), served_of(paths)) == (None, ["submit"])
