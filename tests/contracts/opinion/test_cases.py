"""Cases of an operation: decided by the document and the seed."""

from typing import Any

from contracts.opinion.cases import covering, drawn
from contracts.opinion.requests import Requests
from tests.contracts.conftest import CONTRACT
from tests.contracts.opinion.conftest import JOBS, RESPONSES, served_of

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}


def operation(parameters):
    paths = {"/v1/jobs": {"get": {"parameters": parameters, "responses": RESPONSES}}}
    return served_of(paths).operations["list", "GET"]


def targets(cases):
    found = (Requests(CONTRACT).of(case, "list") for case in cases)
    return [sent.target for sent in found if sent is not None]


def test_bounds_are_covered():
    found = targets(covering(operation([LIMIT])))
    assert {"/v1/jobs?limit=100", "/v1/jobs?limit=101"} <= {*found}
    assert found == targets(covering(operation([LIMIT])))


def test_what_is_drawn_is_decided_by_the_seed():
    first, again, other = (targets(drawn(operation([LIMIT]), 20, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) > 20


def test_nothing_is_drawn_of_a_path_alone_or_without_examples():
    job = served_of({"/v1/jobs/{id}": JOBS}).operations["job", "GET"]
    assert not [*drawn(job, 20, 1)]
    assert not [*drawn(operation([LIMIT]), 0, 1)]


def test_schema_that_everything_keeps_has_cases_of_one_kind_alone():
    body: Any = {"content": {"application/json": {"schema": {}}}}
    paths = {"/v1/videos/generations": {"post": {"requestBody": body, "responses": RESPONSES}}}
    found = served_of(paths).operations["submit", "POST"]
    kinds = {case.meta and case.meta.generation.mode.value for case in drawn(found, 5, 1)}
    assert kinds == {"positive"}
