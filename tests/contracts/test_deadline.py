"""When the time of a run is over."""

from contracts.deadline import Deadline


def test_time_is_over_after_its_seconds():
    now = iter([10.0, 12.0, 14.9, 15.0])
    deadline = Deadline(5, clock=lambda: next(now))
    assert deadline.passed() == 2.0
    assert not deadline.is_over()
    assert deadline.is_over()
