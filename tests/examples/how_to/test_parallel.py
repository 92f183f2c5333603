import pytest
from video import VideoError, make_video


@pytest.mark.parametrize("number", range(8))
def test_each_test_sees_its_own_jobs_alone(wan_mock, tmp_path, number):
    make_video(f"sunrise {number}", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)

    assert [job.prompt for job in wan_mock.jobs] == [f"sunrise {number}"]


def test_a_fault_of_one_account_is_not_felt_in_another(
    wan_mock, wan_mock_server, tmp_path, monkeypatch
):
    broken = wan_mock_server.account()
    broken.faults.add(operation="*", action={"status": 503})

    make_video("sunrise", tmp_path / "sunrise.mp4", sleep=wan_mock.clock.advance)
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", broken.api_key)
    with pytest.raises(VideoError):
        make_video("sunrise", tmp_path / "sunrise.mp4", sleep=broken.clock.advance)
