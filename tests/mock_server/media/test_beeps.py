from array import array

import pytest

from mock_server.media.beeps import BEEP_ENDS, BEEP_STARTS, SAMPLE_RATE, one_second


@pytest.fixture(scope="module")
def samples():
    return array("f", one_second())


def test_second_has_the_sample_rate(samples):
    assert len(samples) == SAMPLE_RATE


def test_beep_is_loud_and_the_rest_quiet(samples):
    start, end = int(BEEP_STARTS * SAMPLE_RATE), int(BEEP_ENDS * SAMPLE_RATE)

    assert max(samples[start:end]) > 0.2
    assert 0 < max(samples[:start]) < 0.01
    assert 0 < max(samples[end + 1 :]) < 0.01


def test_second_joins_the_next_without_a_click(samples):
    steps = [abs(b - a) for a, b in zip(samples[-1000:], samples[-999:], strict=False)]

    assert abs(samples[0] - samples[-1]) <= max(steps) * 1.01
