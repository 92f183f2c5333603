"""What a history takes in, and what it leaves."""

from hypothesis import given, strategies as st

from contracts.books import exact, worth_of
from contracts.exchange import Sent
from contracts.routes import Routes
from contracts.strictness import flaw_of, levels_of
from tests.contracts.conftest import (
    CONTRACT,
    USAGE,
    event,
    get,
    job,
    poll,
    submission,
    submitted,
    usage_page,
)

OPERATIONS = CONTRACT.api.operations.values()
names = st.text("abcXYZ019_-", min_size=1, max_size=12)


@given(operation=st.sampled_from([*OPERATIONS]), name=names, query=st.sampled_from(["", "?a=b"]))
def test_every_operation_is_found_by_its_own_path(operation, name, query):
    path = "/".join(name if step.startswith("{") else step for step in operation.path.split("/"))
    sent = Sent(operation="", method=operation.method, target=path + query)
    routes = Routes(CONTRACT.api)
    assert routes.operation(sent) == operation.id
    assert set(routes.parameters(sent).values()) <= {name}


def test_nothing_is_found_under_other_methods_and_paths():
    routes = Routes(CONTRACT.api)
    for method, target in (("DELETE", "/v1/jobs"), ("GET", "/v1/jobs/"), ("HEAD", "/v1/jobs")):
        sent = Sent(operation="list", method=method, target=target)
        assert routes.operation(sent) is None
        assert routes.parameters(sent) == {}
    assert routes.operation(Sent(operation="", method="HEAD", target="/media/a.mp4")) == "download"


def test_labels_share_an_account(story):
    story.accepts()
    assert story.history.account(poll(key="main.x")).jobs.keys() == {"job_1"}
    assert story.history.account(get("/livez", None)) is None


def test_accepted_job_is_taken_in_once(story):
    story.accepts()
    story.tell(submission(duration=6), 202, submitted())
    assert "duration" not in story.history.jobs["job_1"].fields


def test_upload_without_a_name_is_not_taken_in(story):
    story.tell(Sent(operation="upload", method="POST", target="/v1/files/upload"), 200, {"id": ""})
    assert not story.history.files


def test_whole_video_is_kept_and_its_tag(story):
    story.accepts()
    story.tell(poll(), 200, job("completed"))
    url = job("completed")["result"]["data"][0]["url"]
    story.tell(get(url, None), 200, b"abc", etag='"a"')
    story.tell(get(url, None), 200, b"abcd", etag='"b"')
    kept = story.history.jobs["job_1"]
    assert (kept.content, kept.etag) == (b"abc", '"a"')


def test_worth_is_what_no_job_changes(story):
    story.accepts("job_1")
    story.accepts("job_2")
    story.tell(USAGE, 200, usage_page(event("job_1"), event("job_9", 1), balance=10))
    assert story.history.accounts["main"].worth == 11_900_000


def test_worth_cannot_be_told_of_everything():
    assert worth_of([], usage_page(next_cursor="a")) is None
    assert worth_of([], usage_page(balance="unlimited")) is None
    assert worth_of([], usage_page(5, balance=1)) == 1_000_000
    assert exact(True) is None


def test_change_of_the_balance_is_nobodys_spending(story):
    story.tell(USAGE, 200, usage_page(balance=10))
    patch = Sent(
        operation="control", method="PATCH", target="/_mock/account", body=b'{"balance": 5}'
    )
    story.tell(patch, 200, {"balance": 5, "rpm": None})
    account = story.history.accounts["main"]
    assert (account.worth, account.balance, account.rpm) == (None, (5_000_000, 2), None)


@given(levels=st.integers(1, 70))
def test_levels_are_counted(levels):
    body = ("[" * levels + "]" * levels).encode()
    assert (flaw_of(body, 64) is None) == (levels <= 64)


def test_plain_values_have_no_levels_and_other_text_has_no_flaw():
    assert levels_of(5) == 0
    assert flaw_of(b"{", 64) is None
    assert flaw_of(b"[" * 100_000, 64) is None
    assert flaw_of(b'{"a": 1, "a": 2}', 64)


def test_worth_cannot_be_told_with_a_job_of_unknown_price(story):
    story.tell(submission(duration=99), 202, submitted())
    story.tell(USAGE, 200, usage_page(balance=10))
    assert story.history.accounts["main"].worth is None
