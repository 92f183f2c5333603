"""Faults on demand, as a client sees them over each way."""

import httpx
import pytest


def codes(api, url, times):
    return [api.get(url).status_code for _ in range(times)]


def test_failed_job_says_why_and_costs_nothing(api):
    job = api.finished(prompt="@mock:fails-moderation")

    assert (job["status"], job["result"]) == ("failed", None)
    assert job["error"]["message"].startswith("DataInspectionFailed")
    assert api.get("/v1/account/usage").json()["balance"]["amount"] == 1000


@pytest.mark.parametrize(
    ("scenario", "status"), [("submit-429", 429), ("submit-503", 503), ("submit-200", 200)]
)
def test_submission_is_answered_as_the_scenario_says(api, scenario, status):
    assert api.submit(prompt=f"@mock:{scenario}").status_code == status


def test_submission_that_fails_once_works_the_second_time(api):
    again = [api.submit(prompt="@mock:submit-500-then-ok").status_code for _ in range(2)]

    assert again == [500, 202]


def test_lost_answer_leaves_a_job_that_is_listed(api):
    with pytest.raises(httpx.TransportError):
        api.submit(prompt="@mock:submit-lost")

    assert len(api.get("/v1/jobs").json()["data"]) == 1


@pytest.mark.parametrize(("scenario", "status"), [("poll-429", 429), ("poll-503", 503)])
def test_polls_are_refused_for_a_while(api, scenario, status):
    url = api.submit(prompt=f"@mock:{scenario}").json()["poll_url"]

    assert codes(api, url, 5) == [200, status, status, status, 200]


def test_poll_whose_connection_is_cut_can_be_sent_again(api):
    url = api.submit(prompt="@mock:poll-reset").json()["poll_url"]
    api.get(url)
    for _ in range(3):
        with pytest.raises(httpx.TransportError):
            api.get(url)

    assert api.get(url).status_code == 200


def test_truncated_download_is_noticed_and_then_works(api):
    job = api.finished(prompt="@mock:download-truncated", duration=5, resolution="720p")
    url = job["result"]["data"][0]["url"]
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            api.get(url)

    assert api.get(url).content[4:8] == b"ftyp"


def test_expired_download_is_403(api):
    job = api.finished(prompt="@mock:download-expired")

    assert api.get(job["result"]["data"][0]["url"]).status_code == 403
