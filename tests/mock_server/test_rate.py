from hypothesis import example, given, strategies as st

from mock_server.clock import SECOND
from mock_server.rate import RateWindow

WINDOW = 60 * SECOND
STEPS = st.integers(0, 90 * SECOND) | st.sampled_from([0, 1, SECOND, WINDOW - 1, WINDOW])


def in_window(moments, now):
    return [moment for moment in moments if now - moment < WINDOW]


@given(st.integers(1, 4), st.lists(STEPS, max_size=40))
@example(1, [0, WINDOW, WINDOW - 1])
def test_request_passes_when_fewer_than_the_limit_lie_in_the_window(limit, steps):
    """LIMIT-RPM: refused requests count like any other."""
    window, now = RateWindow(limit, 60), 0
    counted: list[int] = []
    for step in steps:
        now += step
        passes = len(in_window(counted, now)) < limit
        counted.append(now)

        assert (window.count(now) is None) is passes


@given(st.integers(1, 4), st.lists(STEPS, max_size=40))
def test_retry_after_is_the_least_whole_seconds_until_the_next_would_pass(limit, steps):
    """LIMIT-RPM."""
    window, now = RateWindow(limit, 60), 0
    counted: list[int] = []
    for step in steps:
        now += step
        wait = window.count(now)
        counted.append(now)
        if wait is not None:
            assert len(in_window(counted, now + wait * SECOND)) < limit
            assert len(in_window(counted, now + (wait - 1) * SECOND)) >= limit


def test_50_requests_a_minute_pass_and_the_51st_waits():
    """LIMIT-RPM."""
    window = RateWindow(50, 60)

    assert [window.count(0) for _ in range(51)] == [None] * 50 + [60]


@given(st.lists(STEPS, max_size=40))
def test_no_limit_lets_everything_pass(moments):
    window = RateWindow(0, 60)

    assert [window.count(moment) for moment in sorted(moments)] == [None] * len(moments)
