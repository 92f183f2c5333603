import pytest


def test_requests_are_there_newest_first(account, api):
    api.poll(api.job_id())

    assert [request.operation for request in account.requests] == ["poll", "submit"]


def test_request_tells_what_was_sent_and_answered(account, api):
    api.submit(duration=20)
    (request,) = account.requests

    assert (request.method, request.path, request.status) == ("POST", "/v1/videos/generations", 400)
    assert '"duration":20' in request.request["body"]
    assert '"code":"invalid_request"' in request.answer["body"]
    assert request.rules == ["REQ-DURATION"]
    assert request.violations[0]["pointer"] == "/duration"


def test_keys_are_not_in_it(account, api):
    api.poll("job_0")

    assert account.requests[0].request["headers"]["authorization"] == "Bearer [redacted]"
    assert account.api_key not in str(account.requests[0].request)


def test_requests_are_chosen(account, api):
    job_id = api.job_id()
    account.clock.advance(5)
    since = account.clock.now
    api.poll(job_id), api.poll("job_0")

    def where(**filters):
        return [request.operation for request in account.requests.where(**filters)]

    assert where() == ["poll", "poll", "submit"]
    assert where(operation="poll", status=200) == where(status="4xx") == ["poll"]
    assert where(job_id=job_id) == ["poll", "submit"]
    assert where(since=since) == where(since=since.isoformat()) == ["poll", "poll"]


@pytest.mark.parametrize("filters", [{"operation": "fly"}, {"status": "x"}, {"since": "now"}])
def test_filter_that_cannot_be_is_told(account, filters):
    with pytest.raises(ValueError, match=f"^{next(iter(filters))}: "):
        account.requests.where(**filters)


def test_requests_are_forgotten(account, api):
    api.poll("job_0")
    account.requests.clear()

    assert account.requests == []


def test_repr_has_method_path_and_status(account, api):
    api.poll("job_0")

    assert repr(account.requests) == "[<RequestView GET /v1/jobs/job_0 404>]"
