import pytest
from hypothesis import given, strategies as st

from mock_server.problems import Violation, pointer


@given(st.text(), st.integers(0))
def test_param_is_the_field_that_the_pointer_begins_with(field, index):
    violation = Violation(rule="REQ-IMAGE", pointer=pointer([field, index]), message="no")

    assert violation.param == field


def test_pointer_escapes_as_rfc_6901_says():
    assert pointer(["a/b", "m~n", 0]) == "/a~1b/m~0n/0"


@pytest.mark.parametrize(("path", "param"), [("", None), ("/prompt", "prompt"), ("/", "")])
def test_param_of_the_body_as_a_whole_is_nothing(path, param):
    assert Violation(rule="REQ-JSON", pointer=path, message="no").param == param
