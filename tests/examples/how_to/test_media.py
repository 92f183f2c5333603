import base64

import pytest
from mock_server import fixture_path
from video import VideoError, make_video


def data_uri(name, content_type):
    content = base64.b64encode(fixture_path(name).read_bytes()).decode()
    return f"data:{content_type};base64,{content}"


def test_a_picture_is_what_the_video_follows(wan_mock, tmp_path):
    picture = data_uri("portrait.jpg", "image/jpeg")

    make_video(
        "the house at dusk", tmp_path / "house.mp4", image=picture, sleep=wan_mock.clock.advance
    )

    (job,) = wan_mock.jobs
    assert job.mode == "i2v"
    assert (job.video["width"], job.video["height"]) == (1232, 1648)


def test_a_picture_by_url_is_fetched_from_this_machine(wan_mock, tmp_path):
    make_video(
        "the house at dusk",
        tmp_path / "house.mp4",
        image=wan_mock.url + "/fixtures/large.jpg",
        sleep=wan_mock.clock.advance,
    )

    assert wan_mock.jobs[0].media[0]["preprocessing"] == ["resize 4000x3000 → 2000x1500"]


def test_a_file_that_is_no_picture_fails_the_job(wan_mock, tmp_path):
    text = data_uri("notes.txt", "image/png")

    with pytest.raises(VideoError, match=r"InvalidImage\.FileFormat"):
        make_video("sunrise", tmp_path / "a.mp4", image=text, sleep=wan_mock.clock.advance)
