import httpx

from mock_server import WanMock


def test_a_job_of_five_minutes_takes_no_time():
    with WanMock(clock="manual", latency=300) as mock:
        account = mock.account()
        headers = {"Authorization": f"Bearer {account.api_key}"}
        with httpx.Client(base_url=mock.base_url, headers=headers) as client:
            fields = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}
            job_id = client.post("/videos/generations", json=fields).json()["job_id"]
            account.clock.advance(300)
            job = client.get(f"/jobs/{job_id}").json()

        assert job["status"] == "completed"
        assert [request.operation for request in account.requests] == ["poll", "submit"]
        assert (account.jobs[0].price["amount"], account.spent) == (0.828, 0.828)
