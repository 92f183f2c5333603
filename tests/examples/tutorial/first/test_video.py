from video import make_video


def test_a_video_is_saved(wan_mock, tmp_path):
    file = tmp_path / "sunrise.mp4"

    job = make_video("sunrise over the ocean", file)

    assert job["status"] == "completed"
    assert file.read_bytes()[4:8] == b"ftyp"
