import pytest
from video import VideoError, make_video


def test_no_request_is_sent_in_vain(wan_mock, tmp_path):
    make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)

    newest_first = [request.operation for request in wan_mock.requests]
    assert newest_first == ["download", "poll", "submit"]


def test_the_broken_rule_is_named(wan_mock, tmp_path):
    with pytest.raises(VideoError):
        make_video("sunrise", tmp_path / "sunrise.mp4", duration=20)

    (request,) = wan_mock.requests
    assert request.status == 400
    assert request.rules == ["REQ-DURATION"]


def test_polls_are_counted(wan_mock, tmp_path):
    wan_mock.latency = 60

    job = make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)

    assert len(wan_mock.requests.where(operation="poll", job_id=job["job_id"])) == 12
