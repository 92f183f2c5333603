import pytest
from video import VideoError, make_video


def test_no_request_is_sent_in_vain(wan_mock, tmp_path):
    make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)

    operations = [request.operation for request in wan_mock.requests]
    assert operations == ["submit", "poll", "download"]


def test_the_broken_rule_is_named(wan_mock, tmp_path):
    with pytest.raises(VideoError):
        make_video("sunrise", tmp_path / "sunrise.mp4", duration=20)

    (request,) = wan_mock.requests
    assert request.status == 400
    assert request.rules == ["REQ-DURATION"]
