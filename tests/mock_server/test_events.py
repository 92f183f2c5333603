"""GET /_mock/events: what an account's listeners are told, and when, in-process and on a time that jumps."""

import asyncio
import json
import re
import selectors
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import uvloop

from contracts.document import load
from mock_server.app import create_app
from mock_server.clock import SECOND
from mock_server.control import account_page, clock_page
from mock_server.emulator import Emulator
from mock_server.event_stream import HEADERS, PING, PING_SECONDS
from mock_server.events import GAP_SECONDS, MOST_WAITING, Events, Listener, Views
from mock_server.exchange import CONTROL, Exchange
from mock_server.journal_page import JournalPage
from mock_server.redaction import Redaction
from mock_server.request import Media, Request
from mock_server.settings import Settings
from mock_server.storage import Storage
from mock_server.wire import CONNECTION
from tests.client import STARTED_AT, Client, Time

KEY, OTHER_KEY = "sk-empiriolabs-tests", "sk-empiriolabs-other"
PATH = "/_mock/events"
PRICE = 0.828
TENTHS = [("processing", tenth / 10) for tenth in range(10)]
COURSE = [("queued", 0), *TENTHS, ("completed", 1)]
REQUEST = Request(
    model="wan-2-6",
    mode="t2v",
    prompt="a cat",
    resolution="1080p",
    aspect_ratio="16:9",
    duration=6,
    audio=True,
    flash=False,
    seed=None,
    media=Media(),
)


class Jumping(selectors.DefaultSelector):
    """Where nothing else is to be done, time goes on at once to what comes next."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self.time = time
        self.jumps = 0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout > 0:
            self.jumps += 1
            self.time.at += max(round(timeout * SECOND), 1)
            timeout = 0
        return super().select(timeout)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop on the same time as the emulator under test."""

    def __init__(self, time: Time) -> None:
        self.selector = Jumping(time)
        super().__init__(self.selector)

    def time(self) -> float:
        return (self.selector.time.at - STARTED_AT) / SECOND


class Event(NamedTuple):
    """One event as a browser reads it."""

    number: int
    kind: str
    data: Any


class Connection:
    """The client's connection, as far as the stream may end it."""

    def __init__(self) -> None:
        self.drops = 0

    def drop(self) -> None:
        self.drops += 1


class Listening:
    """A client that listens; one that *is_slow* takes nothing after the head and the first piece."""

    def __init__(self, stage: "Stage", key: str, *, is_slow: bool, fails_with: Exception | None):
        self.stage = stage
        self.key = key
        self.is_slow = is_slow
        self.fails_with = fails_with
        self.connection: Connection | None = None
        self.messages: list[Any] = []
        self.left = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.seen = 0
        self.asks = True

    def come(self) -> None:
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": PATH,
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1"), (b"x-api-key", self.key.encode())],
            "scheme": "http",
        }
        if self.connection is not None:
            scope[CONNECTION] = self.connection

        async def answer() -> None:
            await self.stage.app(scope, self.receive, self.send)

        async def begin() -> None:
            self.task = asyncio.create_task(answer())

        self.stage.runner.run(begin())
        self.stage.settle()

    def leave(self) -> None:
        self.left.set()
        self.stage.settle()

    async def receive(self) -> Any:
        if self.asks:
            self.asks = False
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self.fails_with is not None and self.messages:
            raise self.fails_with
        self.messages.append(message)
        if self.is_slow and len(self.messages) > 1:
            await asyncio.Event().wait()

    @property
    def is_over(self) -> bool:
        return self.task is not None and self.task.done()

    @property
    def text(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])

    def events(self) -> list[Event]:
        """Return the events that are new since the last call."""
        self.stage.settle()
        events = [*read(self.text)]
        new = events[self.seen :]
        self.seen = len(events)
        return new

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events()]


def read(text: bytes) -> Iterator[Event]:
    for block in text.decode().removesuffix("\n\n").split("\n\n"):
        lines = [line for line in block.split("\n") if not line.startswith((":", "retry:"))]
        if lines:
            found = re.fullmatch(r"id: (\d+)\nevent: (\w+)\ndata: (.*)", "\n".join(lines))
            assert found is not None, block
            yield Event(int(found[1]), found[2], json.loads(found[3]))


def wakes(runner: asyncio.Runner, seconds: float) -> int:
    """Let *seconds* pass, and return how often anything wanted to be woken within them."""
    loop = runner.get_loop()
    assert isinstance(loop, JumpingLoop)
    before = loop.selector.jumps
    runner.run(asyncio.sleep(seconds))  # it takes one jump, or more
    return loop.selector.jumps - before - 1


class Stage:
    """An emulator and an event loop that are on the same time."""

    def __init__(self, runner: asyncio.Runner, time: Time, **settings: Any) -> None:
        self.runner = runner
        self.time = time
        self.app = create_app(Settings(**settings), time=time)
        self.client = Client(self.app, runner, time, KEY)

    @property
    def now(self) -> float:
        """How many seconds have passed."""
        return (self.time.at - STARTED_AT) / SECOND

    def listen(
        self,
        key: str = KEY,
        *,
        is_slow: bool = False,
        fails_with: Exception | None = None,
        connection: Connection | None = None,
    ) -> Listening:
        listening = Listening(self, key, is_slow=is_slow, fails_with=fails_with)
        listening.connection = connection
        listening.come()
        return listening

    def settle(self) -> None:
        """Let everything happen that needs no time."""

        async def turns() -> None:
            for _ in range(20):
                await asyncio.sleep(0)

        self.runner.run(turns())

    def pass_seconds(self, seconds: float) -> int:
        """Let so much time pass, and return how often somebody wanted to be woken within it."""
        woken = wakes(self.runner, seconds)
        self.settle()
        return woken


MakeStage = Callable[..., Stage]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def loop_runner(time: Time) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=lambda: JumpingLoop(time)) as runner:
        yield runner


@pytest.fixture
def make_stage(loop_runner: asyncio.Runner, time: Time) -> MakeStage:
    return lambda **settings: Stage(loop_runner, time, **settings)


@pytest.fixture
def stage(make_stage: MakeStage) -> Stage:
    return make_stage()


@pytest.fixture
def manual(make_stage: MakeStage) -> Stage:
    return make_stage(clock="manual")


def course(events: list[Event], job_id: str | None = None) -> list[tuple[str, float]]:
    """Return status and tenths of progress in the job events."""
    jobs = [event.data for event in events if event.kind == "job"]
    return [
        (job["status"], int(job["progress"] * 10) / 10)
        for job in jobs
        if job_id in {None, job["job_id"]}
    ]


def data(events: list[Event], kind: str) -> Any:
    """Return the data of the only event of its *kind*."""
    (found,) = [event.data for event in events if event.kind == kind]
    return found


# The stream


def test_stream_begins_with_how_things_stand(stage):
    listening = stage.listen()
    (hello,) = listening.events()
    start = listening.messages[0]

    assert (start["status"], listening.is_over) == (200, False)
    assert {(name.encode(), value.encode()) for name, value in HEADERS} <= {*start["headers"]}
    assert not {name for name, _ in start["headers"]} & {b"content-length", b"transfer-encoding"}
    assert listening.text.startswith(b"retry: 1000\nid: 1\nevent: hello\n")
    now = "2026-11-22T18:00:00.000Z"
    clock = {"emulator": "wan-mock", "mode": "real", "now": now}
    assert hello == (1, "hello", {"account": "tests", "clock": clock, "now": now})


def test_stream_needs_an_account(stage):
    assert stage.client.as_(None).get(PATH).status == 401


def test_numbers_of_events_count_up(stage):
    listening = stage.listen()
    stage.client.submit()
    stage.pass_seconds(5)
    numbers = [event.number for event in listening.events()]

    assert numbers == [*range(1, len(numbers) + 1)]
    assert len(numbers) > 12


def test_comment_comes_after_each_quarter_of_a_minute_without_an_event(manual):
    listening = manual.listen()
    before = listening.text
    manual.pass_seconds(PING_SECONDS - 0.001)
    assert listening.text == before

    manual.pass_seconds(0.001)
    assert listening.text == before + PING
    manual.pass_seconds(10)
    manual.client.get("/v1/models")
    manual.pass_seconds(PING_SECONDS - 0.001)
    assert listening.text.count(PING) == 1
    manual.pass_seconds(0.002)
    assert listening.text.count(PING) == 2
    assert listening.kinds() == ["hello", "request"]


def test_stream_ends_when_its_client_leaves(stage):
    listening = stage.listen()
    listening.events()
    listening.leave()
    stage.client.get("/v1/models")

    assert listening.is_over
    assert listening.events() == []
    assert listening.task.result() is None
    assert all(message.get("more_body", True) for message in listening.messages)


def test_error_of_the_server_ends_the_stream(stage):
    error = OSError("the cable is cut")
    listening = stage.listen(fails_with=error)

    assert listening.is_over
    assert listening.task.exception() is error
    assert stage.pass_seconds(60) == 0


def test_stream_that_is_cancelled_leaves_nothing_behind(stage):
    stage.client.submit()
    listening = stage.listen()
    listening.task.cancel()
    stage.settle()

    assert listening.task.cancelled()
    assert stage.pass_seconds(60) == 0


@pytest.mark.parametrize("turns", range(8))
def test_event_that_comes_as_the_client_leaves_does_not_keep_the_stream(manual, turns):
    listening = manual.listen()

    async def leave_as_an_event_comes() -> None:
        listening.left.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        await manual.client._send("GET", "/v1/models", b"", {})

    manual.runner.run(leave_as_an_event_comes())
    manual.settle()

    assert listening.is_over
    assert manual.pass_seconds(60) == 0


def test_event_that_comes_as_the_stream_is_cancelled_does_not_keep_it(manual):
    listening = manual.listen()
    manual.client.get("/v1/models")
    listening.task.cancel()
    manual.settle()

    assert listening.task.cancelled()
    assert manual.pass_seconds(60) == 0


# Jobs


def test_job_is_told_at_each_visible_change_when_it_comes(stage):
    listening = stage.listen()
    job_id = stage.client.submit().json["job_id"]
    seen: list[tuple[float, str, float]] = []
    while stage.now < 5:
        stage.pass_seconds(0.02)
        seen += [(round(stage.now, 2), *told) for told in course(listening.events(), job_id)]

    assert [(status, progress) for _, status, progress in seen] == COURSE
    assert seen[0][0] <= 0.02
    for at, told in zip((0.4 + 0.36 * n for n in range(11)), seen[1:], strict=True):
        assert at - 0.001 <= told[0] <= at + 0.041


def test_job_is_told_as_the_control_interface_shows_it(manual):
    listening = manual.listen()
    path = f"/_mock/jobs/{manual.client.submit().json['job_id']}"

    assert data(listening.events(), "job") == manual.client.get(path).json
    manual.client.advance(4)
    completed = data(listening.events(), "job")
    assert completed == manual.client.get(path).json
    assert manual.client.as_(None).send("HEAD", completed["url"]).status == 200


def test_submission_is_told_as_request_job_and_account(manual):
    listening = manual.listen()
    job_id = manual.client.submit().json["job_id"]
    hello, request, job, account = listening.events()

    assert [hello.kind, request.kind, job.kind, account.kind] == [
        "hello",
        "request",
        "job",
        "account",
    ]
    assert (request.data["operation"], request.data["job_id"]) == ("submit", job_id)
    assert (job.data["job_id"], job.data["status"]) == (job_id, "queued")
    assert account.data["held"] == PRICE


def test_standing_clock_tells_each_change_that_it_is_moved_to(manual):
    listening = manual.listen()
    manual.client.submit()
    listening.events()
    seen: list[tuple[str, float]] = []
    for _ in range(50):
        manual.client.advance(0.1)
        seen += course(listening.events())

    assert seen == COURSE[1:]


def test_nothing_is_told_of_a_standing_clock_s_jobs_while_time_passes(manual):
    listening = manual.listen()
    manual.client.submit()
    listening.events()
    manual.pass_seconds(1)

    assert manual.pass_seconds(PING_SECONDS - 2) == 0
    assert listening.events() == []


def test_skipping_clock_tells_what_each_poll_shows(make_stage):
    stage = make_stage(clock="skip")
    listening = stage.listen()
    poll = stage.client.submit().json["poll_url"]
    seen = course(listening.events())
    while seen[-1][0] != "completed":
        polled = stage.client.get(poll).json
        events = listening.events()
        seen += course(events)
        assert data(events, "request")["operation"] == "poll"
        assert (polled["status"], int(polled["progress"] * 10) / 10) == seen[-1]

    assert seen == COURSE
    assert stage.now == 0


def test_skipping_clock_that_a_poll_moves_moves_the_other_jobs(make_stage):
    stage = make_stage(clock="skip")
    listening = stage.listen()
    other = stage.client.submit().json["job_id"]
    poll = stage.client.submit().json["poll_url"]
    stage.client.get(poll)
    stage.pass_seconds(0.1)
    listening.events()
    stage.client.get(poll)
    events = listening.events()

    assert [event.kind for event in events] == ["request", "job", "clock"]
    assert data(events, "clock")["now"] == "2026-11-22T18:00:00.400Z"
    assert course(events, other) == []
    stage.pass_seconds(0.02)
    assert course(listening.events(), other) == [("processing", 0)]


def test_skipping_clock_runs_on_for_those_who_only_listen(make_stage):
    stage = make_stage(clock="skip")
    listening = stage.listen()
    stage.client.submit()
    stage.pass_seconds(5)

    assert course(listening.events()) == COURSE


def test_job_that_is_over_at_once_is_told_once(make_stage):
    stage = make_stage(latency="instant")
    listening = stage.listen()
    stage.client.submit()
    events = listening.events()

    assert course(events) == [("completed", 1)]
    assert data(events, "account")["spent"] == PRICE
    assert stage.pass_seconds(PING_SECONDS - 1) == 0
    assert listening.events() == []


def test_job_that_goes_on_for_ever_is_looked_at_no_more_when_it_changes_no_more(stage):
    listening = stage.listen()
    stage.client.submit(prompt="@mock:stuck")
    stage.pass_seconds(PING_SECONDS)

    assert course(listening.events()) == COURSE[:7]
    assert stage.pass_seconds(PING_SECONDS - 1) <= 1  # the comment


def test_jobs_from_before_are_told_when_they_change_and_not_before(stage):
    ended = stage.client.submit().json["job_id"]
    stage.pass_seconds(5)
    stage.client.submit()
    stage.pass_seconds(2)
    listening = stage.listen()

    assert listening.kinds() == ["hello"]
    stage.pass_seconds(3)
    events = listening.events()
    assert course(events) == [*TENTHS[5:], ("completed", 1)]
    assert course(events, ended) == []


def test_several_jobs_are_told_in_the_order_of_their_submission(stage):
    listening = stage.listen()
    answers = stage.client.submit_together(3)
    events = listening.events()

    assert [event.data["job_id"] for event in events if event.kind == "job"] == [
        answer.json["job_id"] for answer in answers
    ]
    stage.pass_seconds(6)
    events = listening.events()
    for answer in answers:
        assert course(events, answer.json["job_id"]) == COURSE[1:]


def test_later_job_does_not_wait_for_a_change_of_an_earlier_one(make_stage):
    stage = make_stage(latency=1000)
    listening = stage.listen()
    stage.client.submit()
    stage.pass_seconds(1)
    stage.client.patch(latency="quick")
    second = stage.client.submit().json["job_id"]
    stage.pass_seconds(5)

    assert course(listening.events(), second) == COURSE
    listening.leave()
    assert stage.pass_seconds(2000) == 0


def test_many_jobs_and_listeners_wake_the_event_loop_no_more_often_than_every_gap(stage):
    listeners = [stage.listen() for _ in range(100)]
    for _ in range(100):
        stage.client.submit()
        stage.pass_seconds(0.001)
    listeners[0].events()

    assert stage.pass_seconds(2) <= 2 / GAP_SECONDS
    assert len(course(listeners[0].events())) > 4 / GAP_SECONDS  # several at each look


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/jobs/{}/cancel", "cancelled"),
        ("/_mock/jobs/{}/cancel", "cancelled"),
        ("/_mock/jobs/{}/finish", "completed"),
        ("/_mock/jobs/{}/fail", "failed"),
    ],
)
def test_early_end_is_told_at_once_and_no_other_one(stage, path, status):
    listening = stage.listen()
    job_id = stage.client.submit().json["job_id"]
    listening.events()
    stage.client.post(path.format(job_id))
    events = listening.events()

    assert [status for status, _ in course(events)] == [status]
    assert data(events, "account")["held"] == 0
    stage.pass_seconds(10)
    assert listening.events() == []


def test_end_of_a_job_changes_the_account(stage):
    listening = stage.listen()
    stage.client.submit()
    stage.pass_seconds(3)
    listening.events()
    stage.pass_seconds(3)
    account = data(listening.events(), "account")

    assert (account["held"], account["spent"]) == (0, PRICE)
    assert account == stage.client.get("/_mock/account").json


# Requests, clock and account


def test_request_is_told_without_headers_and_bodies(stage):
    listening = stage.listen()
    stage.client.submit(duration=99)
    told = data(listening.events(), "request")
    (entry,) = stage.client.get("/_mock/requests").json["data"]

    assert told == {
        name: value for name, value in entry.items() if name not in {"request", "answer"}
    }
    assert (told["operation"], told["status"], told["rules"]) == ("submit", 400, ["REQ-DURATION"])


def test_calls_of_the_control_interface_are_no_requests(stage):
    listening = stage.listen()
    for path in ("/_mock/account", "/_mock/clock", "/_mock/jobs", "/_mock/requests"):
        assert stage.client.get(path).status == 200
    stage.pass_seconds(1)

    assert listening.kinds() == ["hello"]


def test_keys_are_in_no_event(stage):
    listening = stage.listen()
    stage.client.submit(prompt=f"a cat with {KEY}")
    stage.client.get(f"/v1/models?key={OTHER_KEY}")
    stage.pass_seconds(5)

    assert {"request", "job"} <= {*listening.kinds()}
    assert b"a cat with " in listening.text
    assert KEY.encode() not in listening.text
    assert OTHER_KEY.encode() not in listening.text


def test_set_and_moved_clock_is_told(stage):
    listening = stage.listen()
    listening.events()
    for _ in range(2):  # the second time nothing changes
        stage.client.send("PUT", "/_mock/clock", {"mode": "manual"})
    stopped = listening.events()
    stage.client.advance(60)
    moved = listening.events()

    assert [(event.kind, event.data["mode"], event.data["now"]) for event in stopped + moved] == [
        ("clock", "manual", "2026-11-22T18:00:00.000Z"),
        ("clock", "manual", "2026-11-22T18:01:00.000Z"),
    ]


def test_patched_account_is_told(stage):
    listening = stage.listen()
    listening.events()
    stage.client.patch(balance=5, scenario="poll-429")
    (event,) = listening.events()

    assert event.kind == "account"
    assert event.data == stage.client.get("/_mock/account").json
    assert (event.data["balance"], event.data["scenario"]) == (5, "poll-429")
    assert listening.events() == []


def test_forgotten_account_is_told_and_then_what_it_becomes(stage):
    listening = stage.listen()
    stage.client.submit()
    stage.pass_seconds(1)
    listening.events()
    stage.client.send("DELETE", "/_mock/account")

    (reset,) = listening.events()
    assert (reset.kind, reset.data) == ("reset", {"account": "tests"})
    assert stage.pass_seconds(PING_SECONDS - 1) == 0
    assert listening.events() == []

    stage.client.submit()
    assert listening.kinds() == ["request", "job", "clock", "account"]
    stage.pass_seconds(5)
    assert course(listening.events()) == COURSE[1:]


def test_request_that_outlasts_its_account_is_told_after_the_reset(stage):
    listening = stage.listen()
    fault = {"operation": "models", "times": 1, "action": {"delay_seconds": 1}}
    assert stage.client.post("/_mock/faults", fault).status == 201
    listening.events()

    async def forget_meanwhile() -> None:
        slow = asyncio.create_task(stage.client._send("GET", "/v1/models", b"", {}))
        await asyncio.sleep(0)  # it has begun
        await stage.client._send("DELETE", "/_mock/account", b"", {})
        assert not slow.done()
        await slow

    stage.runner.run(forget_meanwhile())
    assert stage.now == 1
    assert listening.kinds() == ["reset", "request"]
    assert stage.pass_seconds(10) == 0


def test_whoever_comes_after_the_reset_is_told_of_the_new_account(stage):
    first = stage.listen()
    stage.client.advance(100)
    stage.client.send("DELETE", "/_mock/account")
    second = stage.listen()
    (hello,) = [event for event in second.events() if event.kind == "hello"]

    assert hello.data["now"] == "2026-11-22T18:00:00.000Z"
    assert first.kinds()[:3] == ["hello", "clock", "reset"]


# Listeners


def test_all_who_listen_to_an_account_are_told_the_same(stage):
    listeners = [stage.listen() for _ in range(3)]
    for listening in listeners:
        listening.events()
    stage.client.submit()
    stage.pass_seconds(1)
    told = [listening.events() for listening in listeners]

    assert told[0] == told[1] == told[2] != []


def test_others_are_told_when_one_has_left(stage):
    leaving, staying = stage.listen(), stage.listen()
    staying.events()
    leaving.leave()
    stage.client.submit()
    stage.pass_seconds(5)

    assert course(staying.events()) == COURSE


def test_accounts_never_see_each_other_s_events(stage):
    one, other = stage.listen(), stage.listen(OTHER_KEY)
    one.events()
    other.events()
    stage.client.submit(prompt="mine")
    stage.client.patch(balance=5)
    stage.client.advance(1)
    stage.pass_seconds(5)
    stage.client.send("DELETE", "/_mock/account")

    assert other.events() == []
    assert {*one.kinds()} == {"request", "job", "clock", "account", "reset"}
    stage.client.as_(OTHER_KEY).submit(prompt="theirs")
    assert one.events() == []
    assert data(other.events(), "job")["prompt"] == "theirs"


def test_nothing_runs_where_nobody_listens(stage):
    stage.client.submit()
    assert stage.pass_seconds(2) == 0

    listening = stage.listen()
    assert stage.pass_seconds(1) > 1
    listening.leave()
    assert stage.pass_seconds(100) == 0


def test_listener_of_a_standing_clock_leaves_nothing_behind(manual):
    listening = manual.listen()
    manual.client.submit()
    manual.pass_seconds(1)
    listening.leave()

    assert listening.is_over
    assert manual.pass_seconds(100) == 0


def test_slow_reader_is_dropped_once_a_thousand_events_wait(manual):
    connection = Connection()
    slow, quick = manual.listen(is_slow=True, connection=connection), manual.listen()
    quick.events()
    for _ in range(MOST_WAITING):
        manual.client.get("/v1/models")
    manual.settle()
    assert (slow.is_over, connection.drops) == (False, 0)

    manual.client.submit()
    manual.settle()
    assert (slow.is_over, connection.drops) == (True, 1)
    assert [event.kind for event in read(slow.text)] == ["hello"]
    assert quick.kinds() == ["request"] * (MOST_WAITING + 1) + ["job", "account"]
    assert not quick.is_over


def test_slow_reader_s_answer_ends_where_the_server_cannot_cut_it(manual):
    slow = manual.listen(is_slow=True)
    for _ in range(MOST_WAITING + 1):
        manual.client.get("/v1/models")
    manual.settle()

    assert slow.is_over
    assert slow.task.result() is None


# Event loops


def elsewhere(stage: Stage, runner: asyncio.Runner) -> Client:
    """Return a client of the same emulator in another event loop."""
    return Client(stage.app, runner, stage.time, KEY)


def test_what_happens_in_another_event_loop_is_told(manual, runner):
    listening = manual.listen()
    client = elsewhere(manual, runner)
    client.submit()
    client.advance(4)

    events = listening.events()
    assert [event.kind for event in events][:3] == ["hello", "request", "job"]
    assert course(events)[-1] == ("completed", 1)


def test_jobs_of_another_event_loop_are_told_in_the_order_of_their_submission(manual, runner):
    listening = manual.listen()
    client = elsewhere(manual, runner)
    ids = [client.submit().json["job_id"] for _ in range(3)]

    assert [event.data["job_id"] for event in listening.events() if event.kind == "job"] == ids


def test_what_happens_outside_of_any_event_loop_is_told(stage):
    listening = stage.listen()
    request = stage.client._send("GET", "/v1/models", b"", {})
    with pytest.raises(StopIteration) as answered:
        request.send(None)

    assert answered.value.value.status == 200
    assert listening.kinds() == ["hello", "request"]


def test_listeners_in_two_event_loops_are_told_the_same(manual):
    with asyncio.Runner(loop_factory=lambda: JumpingLoop(manual.time)) as second_runner:
        second = Stage(second_runner, manual.time)
        second.app = manual.app
        here, there = manual.listen(), second.listen()
        here.events()
        there.events()
        manual.client.submit()
        manual.client.advance(4)
        told = [(event.kind, event.data) for event in here.events()]

        assert [kind for kind, _ in told] == [
            "request",
            "job",
            "account",
            "job",
            "clock",
            "account",
        ]
        there_told = there.events()
        assert {event.kind for event in there_told} >= {"request", "job", "clock", "account"}
        assert course(there_told)[-1] == ("completed", 1)

        there.leave()
        manual.client.get("/v1/models")
        assert (here.kinds(), there.events()) == (["request"], [])


# Without a stream


@pytest.fixture
def emulator(time: Time) -> Emulator:
    settings = Settings()
    return Emulator(load(settings.documents), settings, time, Storage(settings.media_folder))


@pytest.fixture
def events(emulator):
    views = Views(
        job=lambda job, now: {"id": job.id, "at": now}, account=account_page, clock=clock_page
    )
    return Events(emulator, views, JournalPage(Redaction("sk-empiriolabs-", None)))


def control_call() -> Exchange:
    exchange = Exchange("req_1", 0)
    exchange.operation = CONTROL
    return exchange


def test_event_loop_that_has_closed_harms_nobody(events, emulator, time):
    account = emulator.account("tests")

    async def listen():
        return events.listen(account)

    with asyncio.Runner(loop_factory=lambda: JumpingLoop(time)) as runner:
        gone = runner.run(listen())
    with asyncio.Runner(loop_factory=lambda: JumpingLoop(time)) as runner:
        there = runner.run(listen())
        account.clock.advance(1)
        events.happened("tests", control_call())
        runner.run(asyncio.sleep(0))

    assert [event.kind for event in read(gone.take())] == ["hello"]
    assert [event.kind for event in read(there.take())] == ["hello", "clock"]


def test_two_who_come_in_the_same_moment_are_both_let_in_by_uvloop(events, emulator):
    account = emulator.account("tests")

    async def listen():
        return [events.listen(account) for _ in range(2)]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        listeners = runner.run(listen())
    told = [[event.kind for event in read(listener.take())] for listener in listeners]
    assert told == [["hello"], ["hello"]]


def test_news_that_come_when_the_last_listener_has_left_start_nothing(
    events, emulator, loop_runner
):
    account = emulator.account("tests")
    emulator.submit(account, REQUEST, "http://127.0.0.1")

    async def leave_before_the_news():
        listener = events.listen(account)
        thread = threading.Thread(target=events.happened, args=("tests", control_call()))
        thread.start()
        thread.join()  # the news wait for this event loop
        events.leave("tests", listener)
        return listener

    listener = loop_runner.run(leave_before_the_news())

    assert wakes(loop_runner, 60) == 0
    assert [event.kind for event in read(listener.take())] == ["hello"]


def test_listener_who_was_given_up_is_kept_nothing_for():
    listener = Listener()
    for _ in range(MOST_WAITING):
        listener.put(b"event")
    assert not listener.overtaken.is_set()

    listener.put(b"too many")
    listener.put(b"after that")
    assert listener.overtaken.is_set()
    assert listener.take() == b""


def test_somebody_is_heard_only_while_somebody_listens(events, emulator, loop_runner):
    async def come_and_go() -> list[bool]:
        heard = [events.are_heard]
        listener = events.listen(emulator.account("tests"))
        heard.append(events.are_heard)
        events.leave("tests", listener)
        return [*heard, events.are_heard]

    assert loop_runner.run(come_and_go()) == [False, True, False]


def test_emulator_with_accounts_of_its_own_has_no_news_from_others(emulator, runner):
    assert runner.run(emulator.news("tests", 3)) == (3, ())
