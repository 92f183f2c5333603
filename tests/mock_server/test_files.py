"""Fresh URLs for files: GET /v1/files/sign."""

import pytest

DAY = 86_400
SIGN = "/v1/files/sign"


@pytest.fixture
def video(manual):
    """The finished video of an account whose clock stands at its end."""
    path = manual.submit().json["poll_url"]
    manual.advance(4)
    return manual.get(path).json["result"]["data"][0]


def test_fresh_url_is_valid_for_seven_days_from_now(manual, video, conforms):
    """Rule OUT-URL."""
    manual.advance(10 * DAY)
    answer = manual.get(f"{SIGN}?file_id={video['file_id']}")

    conforms(answer.json, "SignedUrl")
    assert manual.get(video["url"]).error["code"] == "url_expired"
    assert answer.json["expires_at"] == "2026-12-09T18:00:04.000Z"
    assert manual.get(answer.json["url"]).status == 200
    manual.advance(7 * DAY)
    assert manual.get(answer.json["url"]).error["code"] == "url_expired"


def test_file_is_kept_for_thirty_days(manual, video):
    """Rule OUT-URL: also when the job is long forgotten."""
    path = f"{SIGN}?file_id={video['file_id']}"
    manual.advance(30 * DAY - 1)
    assert manual.get(path).status == 200
    manual.advance(1)

    assert manual.get(path).status == 404


@pytest.mark.parametrize("file_id", ["file_0", "nothing", "use_0", "%00"])
def test_unknown_file_is_a_404_on_file_id(manual, conforms, file_id):
    answer = manual.get(f"{SIGN}?file_id={file_id}")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert answer.error["param"] == "file_id"


def test_job_id_is_no_file_id(manual, video):
    """Rule OUT-URL."""
    assert manual.get(f"{SIGN}?file_id={video['file_id'].replace('file_', 'job_')}").status == 404


def test_another_accounts_file_is_unknown(manual, video):
    """Rule OUT-URL: accounts see nothing of each other."""
    other = manual.as_("sk-empiriolabs-other")

    assert other.get(f"{SIGN}?file_id={video['file_id']}").status == 404


def test_unfinished_and_cancelled_jobs_have_no_file(manual):
    """Rule OUT-URL."""
    job_id = manual.submit().json["job_id"]
    path = f"{SIGN}?file_id={job_id.replace('job_', 'file_')}"
    assert manual.get(path).status == 404
    manual.post(f"/v1/jobs/{job_id}/cancel")
    manual.advance(4)

    assert manual.get(path).status == 404


@pytest.mark.parametrize("query", ["", "?file_id=", "?file=1"])
def test_missing_file_id_is_a_400(client, conforms, query):
    """Rule OUT-URL."""
    answer = client.get(f"{SIGN}{query}")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["param"]) == (400, "file_id")
    assert answer.error["details"][0]["rule"] == "OUT-URL"
