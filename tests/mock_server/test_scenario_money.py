"""Whatever happens to a job of whatever scenario, and whenever: it goes forward only, and is settled once."""

from decimal import Decimal

from hypothesis import given, settings as hypothesis_settings, strategies as st

from contracts.document import load
from mock_server.clock import SECOND, ClockMode
from mock_server.emulator import Emulator
from mock_server.jobs import JobError
from mock_server.lifecycle import TERMINAL, Status, next_change, state_at
from mock_server.request import Media, Request
from mock_server.scenarios.lifecycle import SCENARIOS
from mock_server.settings import Settings
from mock_server.storage import Storage
from tests.client import STARTED_AT, Time

CONTRACT = load()
STORAGE = Storage(None)
ORDER = [*Status]
ERROR = JobError(code="upstream_error", type="upstream_error", message="InternalError.Algo: no")
BALANCE = 10_000_000

names = st.sampled_from([None, *(scenario.name for scenario in SCENARIOS)])
moves = st.lists(
    st.tuples(st.sampled_from(["wait", "advance"]), st.integers(0, 50 * SECOND))
    | st.tuples(st.sampled_from(["poll", "settle"]), st.none())
    | st.tuples(st.sampled_from(["cancel", "fail", "finish"]), st.none()),
    max_size=25,
)


def request(name):
    return Request(
        model="wan-2-6",
        mode="t2v",
        prompt="a cat",
        resolution="720p",
        aspect_ratio="16:9",
        duration=Decimal(5),
        audio=True,
        flash=False,
        seed=None,
        media=Media(),
        scenarios=() if name is None else (name,),
    )


class Watch:
    """Looks at a job again and again, and says so when it goes where it must not."""

    def __init__(self, account, job):
        self._account, self._job_id = account, job.id
        self._seen = state_at(job, job.submitted_at)

    @property
    def job(self):
        return self._account.job(self._job_id)

    def look(self, state):
        before, self._seen = self._seen, state
        assert ORDER.index(state.status) >= ORDER.index(before.status)
        assert state.steps >= before.steps
        if before.status in TERMINAL:
            assert state == before


@given(
    st.lists(names, min_size=1, max_size=4),
    st.sampled_from(["instant", "quick", "realistic", "7.5"]),
    st.sampled_from(ClockMode),
    st.lists(st.tuples(st.integers(0, 3), moves), max_size=4),
)
@hypothesis_settings(max_examples=200)
def test_jobs_go_forward_only_and_are_settled_once(scenarios, latency, mode, done):
    time = Time()
    settings = Settings(latency=latency, clock=mode.value, balance=BALANCE / SECOND)
    emulator = Emulator(CONTRACT, settings, time, STORAGE)
    account = emulator.account("me")
    jobs = [emulator.submit(account, request(name), "http://mock") for name in scenarios]
    watches = [Watch(account, job) for job in jobs]
    for number, moves_of_one in done:
        watch = watches[number % len(watches)]
        for move, by in moves_of_one:
            act(account, time, watch.job, move, by)
            for other in watches:
                other.look(state_at(other.job, account.clock.now()))
            _money_is_right(account, jobs)

    account.clock.enter(ClockMode.MANUAL)
    account.clock.advance(10**8)
    _money_is_right(account, jobs)
    stuck = [watch.job for watch in watches if watch.job.never_ends]
    assert account.ledger.held == sum(job.quote.price_micros for job in stuck)
    assert len(account.ended) == len(jobs) - len(stuck)


def act(account, time, job, move, by):
    match move:
        case "wait":
            time.at += by
        case "advance":
            account.clock.move_to(account.clock.now() + by)
        case "poll":
            account.poll(job)
        case "settle":
            account.settle()
        case "fail":
            account.fail(job, ERROR)
        case _:
            getattr(account, move)(job)


def _money_is_right(account, jobs):
    """What completed jobs cost is spent, what running ones may cost is held, and nothing gets lost."""
    ledger, now = account.ledger, account.clock.now()
    states = [(job.quote.price_micros, state_at(account.job(job.id), now).status) for job in jobs]

    assert ledger.spent == sum(price for price, status in states if status is Status.COMPLETED)
    assert ledger.held == sum(price for price, status in states if status not in TERMINAL)
    assert ledger.balance + ledger.held + ledger.spent == BALANCE
    ended = [job.id for job in account.ended]
    assert len(ended) == len(set(ended)) == sum(status in TERMINAL for _, status in states)


@given(names.filter(bool), st.sampled_from([0, 1, 7, 4 * SECOND, 300 * SECOND]), st.data())
def test_next_change_of_every_scenario_is_where_something_changes(name, latency, data):
    settings = Settings(latency=latency / SECOND, clock="manual")
    emulator = Emulator(CONTRACT, settings, lambda: STARTED_AT, STORAGE)
    job = emulator.submit(emulator.account("me"), request(name), "http://mock")
    now = job.submitted_at
    while (moment := next_change(job, now)) is not None:
        between = data.draw(st.integers(now, moment - 1))
        assert state_at(job, between).visible == state_at(job, now).visible
        assert state_at(job, moment).visible != state_at(job, now).visible
        now = moment

    assert job.never_ends or state_at(job, now).status in TERMINAL
