"""What adapters print."""

import pytest

from contracts.conformance.said import NothingSaidError, read


def test_last_line_counts():
    said = read('making it …\n{"outcome": "completed"}\n{"outcome": "failed", "job_id": 5}\n\n')
    assert (said.outcome, said.job_id, said.retryable) == ("failed", "5", None)


def test_everything_is_read():
    told = '{"outcome": "error", "error_code": "x", "message": "no", "retryable": true}'
    said = read(told)
    assert (said.error_code, said.message, said.retryable) == ("x", "no", True)


def test_half_a_pair_of_surrogates_is_spelled_out():
    assert read('{"outcome": "error", "message": "a\\ud800"}').message == "a\\ud800"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "printed nothing"),
        ("done", "'done'"),
        ("[1]", "outcome is None"),
        ('{"outcome": "ok"}', "'ok'"),
        ('{"outcome": ["completed"]}', "completed"),
        ("[" * 100_000, "printed"),
    ],
)
def test_anything_else_is_no_answer(text, words):
    with pytest.raises(NothingSaidError, match=words):
        read(text)
