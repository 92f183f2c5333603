import pytest
from video import VideoError, make_video


def test_two_polls_that_fail_do_not_end_the_job(wan_mock, tmp_path):
    wan_mock.faults.add(operation="poll", times=2, action={"status": 503})

    job = make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)

    assert job["status"] == "completed"


def test_the_client_waits_as_long_as_it_is_told(wan_mock, tmp_path):
    waits: list[float] = []
    wan_mock.faults.add(
        operation="poll", times=1, action={"status": 429, "headers": {"Retry-After": "17"}}
    )

    make_video("sunrise", tmp_path / "sunrise.mp4", sleep=waits.append)

    assert 17 in waits


def test_a_submission_is_not_sent_again_when_it_is_refused_for_good(wan_mock, tmp_path):
    with pytest.raises(VideoError, match="400"):
        make_video("sunrise", tmp_path / "sunrise.mp4", duration=20)

    assert len(wan_mock.requests) == 1


def test_an_api_that_stays_down_is_given_up(wan_mock, tmp_path):
    wan_mock.faults.add(operation="submit", action={"status": 503})

    with pytest.raises(VideoError, match="model_unavailable"):
        make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)

    assert len(wan_mock.requests) == 5
    assert wan_mock.jobs == []
