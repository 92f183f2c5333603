import pytest


def test_jobs_are_there_newest_first(account, api):
    first, second = api.job_id(), api.job_id(prompt="sunset")

    assert [job.id for job in account.jobs] == [second, first]
    assert account.jobs[0].prompt == "sunset"
    assert len(account.jobs) == 2


def test_more_jobs_than_a_page_has_are_there(account, api):
    """The control interface lists a hundred at most."""
    account.balance = "unlimited"
    for _ in range(101):
        api.job_id()

    assert len(account.jobs) == 101


def test_job_tells_all_that_is_known(account, api):
    job_id = api.job_id(seed=7, resolution="720p")
    (job,) = account.jobs

    assert (job.job_id, job.model, job.mode, job.seed) == (job_id, "wan-2-6", "t2v", 7)
    assert (job.status, job.progress, job.url) == ("queued", 0, None)
    assert job.price["amount"] == 0.54
    assert job.plan["error"] is None
    assert [change["status"] for change in job.timeline] == ["queued", "processing", "completed"]
    assert (job.video["width"], job.video["frames"]) == (1280, 180)


def test_view_stays_as_it_was(account, api):
    api.job_id()
    before = account.jobs[0]
    account.clock.advance(60)

    assert before.status == "queued"
    assert account.jobs[0].status == "completed"


def test_finished_job_is_completed_for_its_client(account, api):
    job_id = api.job_id(prompt="sunrise @mock:stuck")

    assert account.jobs.finish(job_id).status == "completed"
    assert api.poll(job_id).json()["status"] == "completed"
    assert account.jobs.get(job_id).url == api.poll(job_id).json()["result"]["data"][0]["url"]


def test_job_fails_as_it_is_told(account, api):
    job_id = api.job_id()
    account.jobs.fail(job_id, code="model_unavailable", message="Gone: for a while")

    error = api.poll(job_id).json()["error"]
    assert (error["code"], error["message"]) == ("model_unavailable", "Gone: for a while")


def test_job_may_be_named_by_its_view(account, api):
    api.job_id()

    assert account.jobs.fail(account.jobs[0]).plan["error"]["code"] == "upstream_error"


def test_job_is_cancelled(account, api):
    job_id = api.job_id()

    assert account.jobs.cancel(job_id).status == "cancelled"
    assert api.poll(job_id).json()["status"] == "cancelled"
    assert account.held == 0


@pytest.mark.parametrize("name", ["get", "finish", "fail", "cancel"])
def test_unknown_job_is_told(account, name):
    with pytest.raises(LookupError, match=f'"job_0" is not known in the account {account.name}'):
        getattr(account.jobs, name)("job_0")


def test_code_that_is_none_is_told(account, api):
    with pytest.raises(ValueError, match='code: "nope" is not one of'):
        account.jobs.fail(api.job_id(), code="nope")


def test_repr_has_id_status_and_progress(account, api):
    job_id = api.job_id()
    account.clock.advance(60)

    assert repr(account.jobs) == f"[<JobView {job_id} completed 100%>]"


def test_jobs_equal_a_list_of_the_same(account, api):
    assert account.jobs == []
    api.job_id()

    assert account.jobs == [*account.jobs] == account.jobs
    assert account.jobs != []
    assert account.jobs != ""
    assert account.jobs[:1] == [account.jobs[-1]]
