from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from video import VideoError, make_video


@pytest.fixture(autouse=True)
def time_stands_still(wan_mock):
    wan_mock.clock.mode = "manual"


def test_a_job_of_ten_minutes_is_waited_for(wan_mock, tmp_path):
    wan_mock.latency = 600

    job = make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)

    assert job["status"] == "completed"


def test_a_job_without_an_end_is_given_up_after_twenty_minutes(wan_mock, tmp_path):
    with pytest.raises(VideoError, match="processing after 1200 s"):
        make_video("sunrise @mock:stuck", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)


def test_the_url_of_a_video_expires_after_a_week(wan_mock, tmp_path):
    job = make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)
    wan_mock.clock.advance(7 * 24 * 3600)

    with pytest.raises(HTTPError, match="403"):
        urlopen(job["result"]["data"][0]["url"])
