import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from mock_server.problems import InvalidRequest, Problem, Violation, envelope, pointer

ERRORS = load().api.errors


@given(st.text(), st.integers(0))
def test_param_is_the_field_that_the_pointer_begins_with(field, index):
    violation = Violation(rule="REQ-IMAGE", pointer=pointer([field, index]), message="no")

    assert violation.param == field


def test_pointer_escapes_as_rfc_6901_says():
    assert pointer(["a/b", "m~n", 0]) == "/a~1b/m~0n/0"


@pytest.mark.parametrize(("path", "param"), [("", None), ("/prompt", "prompt"), ("/", "")])
def test_param_of_the_body_as_a_whole_is_nothing(path, param):
    assert Violation(rule="REQ-JSON", pointer=path, message="no").param == param


def test_envelope_of_broken_rules_has_the_first_in_front_and_all_in_details():
    broken = [
        Violation(rule=rule, pointer=pointer([field]), message=f"{field}: no.")
        for rule, field in (("REQ-PROMPT", "prompt"), ("REQ-SEED", "seed"))
    ]

    assert envelope(InvalidRequest(broken), ERRORS["invalid_request"]) == {
        "error": {
            "message": "prompt: no.",
            "type": "invalid_request_error",
            "param": "prompt",
            "code": "invalid_request",
            "details": [
                {"rule": "REQ-PROMPT", "pointer": "/prompt", "message": "prompt: no."},
                {"rule": "REQ-SEED", "pointer": "/seed", "message": "seed: no."},
            ],
        }
    }


def test_envelope_of_any_other_problem_has_no_details():
    problem = Problem("insufficient_credits", "the balance is too small.")

    assert envelope(problem, ERRORS["insufficient_credits"]) == {
        "error": {
            "message": "the balance is too small.",
            "type": "billing_error",
            "param": None,
            "code": "insufficient_credits",
        }
    }
