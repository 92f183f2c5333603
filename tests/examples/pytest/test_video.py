import os

import httpx
import pytest

from mock_server import MockAccount, WanMock


def make_video(prompt: str) -> str:
    """Stand for the client under test, which finds address and key in the environment."""
    headers = {"Authorization": f"Bearer {os.environ['EMPIRIOLABS_API_KEY']}"}
    with httpx.Client(base_url=os.environ["EMPIRIOLABS_API_BASE"], headers=headers) as client:
        job = client.post("/videos/generations", json={"model": "wan-2-6", "prompt": prompt}).json()
        while job["status"] in ("queued", "processing"):
            job = client.get(f"/jobs/{job['job_id']}").raise_for_status().json()
    return str(job["status"])


def test_a_video_is_made_and_paid_once(wan_mock: MockAccount) -> None:
    assert make_video("sunrise over the ocean") == "completed"
    assert len(wan_mock.jobs) == 1
    assert wan_mock.spent == 0.69


def test_a_fault_strikes_the_client(wan_mock: MockAccount) -> None:
    wan_mock.faults.add(operation="poll", times=1, action={"status": 503})

    with pytest.raises(httpx.HTTPStatusError, match="503"):
        make_video("sunrise over the ocean")


def test_another_account_is_at_hand(
    wan_mock_server: WanMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = wan_mock_server.account("nocredit")
    for name, value in poor.environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(KeyError):
        make_video("sunrise over the ocean")
    assert [request.status for request in poor.requests] == [402]
