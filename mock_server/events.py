"""What happens in an account, told to whoever listens: nothing is watched where nobody does.

The state of a job follows from the moment, so nobody is told when it changes. A feed therefore looks at the
account whenever one of its requests is over, and at the moment of the next visible change of its jobs.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from mock_server.accounts import Account
from mock_server.answers import encode
from mock_server.clock import SECOND, ClockMode
from mock_server.emulator import Emulator, News
from mock_server.exchange import CONTROL, Exchange
from mock_server.jobs import Job
from mock_server.journal_page import JournalPage
from mock_server.lifecycle import TERMINAL, Status, next_change, state_at
from mock_server.problems import Problem

MOST_WAITING = 1000  # events that a listener may be behind
FOLLOW_SECONDS = 0.1  # how long after one look at what other processes did the next one is
GAP_SECONDS = 0.02  # how long after one look at all jobs the next one is, at least


class Views(NamedTuple):
    """How events show things, as JSON values."""

    job: Callable[[Job, int], dict[str, Any]]
    account: Callable[[Account], dict[str, Any]]
    clock: Callable[[Account], dict[str, Any]]


class Listener:
    """One who listens: the events that wait for him, until he is too far behind."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.arrived = asyncio.Event()
        self.overtaken = asyncio.Event()
        self._waiting: deque[bytes] = deque()

    def put(self, event: bytes) -> None:
        """Let *event* wait, or give up a listener for whom too many wait."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self.overtaken.set()
        elif not self.overtaken.is_set():
            self._waiting.append(event)
            self.arrived.set()

    def take(self) -> bytes:
        """Return all that waits."""
        waiting = b"".join(self._waiting)
        self._waiting.clear()
        self.arrived.clear()
        return waiting


class Events:
    """The feeds of all accounts that somebody listens to."""

    def __init__(self, emulator: Emulator, views: Views, journal_page: JournalPage) -> None:
        """Tell of the accounts of *emulator* as *views* show them, and of requests as *journal_page* does."""
        self._emulator = emulator
        self._views = views
        self._page = journal_page
        self._feeds: dict[str, list[Feed]] = {}

    @property
    def are_heard(self) -> bool:
        """Whether anybody listens to anything."""
        return bool(self._feeds)

    def happened(self, name: str, exchange: Exchange) -> None:
        """Take note that *exchange* in the account *name* is over."""
        if self._emulator.is_shared:
            return  # each feed follows what every process writes down
        for feed in self._feeds.get(name, ()):
            feed.happened(exchange)

    def listen(self, account: Account) -> Listener:
        """Return a listener to *account*, for the event loop that runs; `leave` ends it."""
        loop = asyncio.get_running_loop()
        feeds = self._feeds.setdefault(account.name, [])
        feed = next((feed for feed in feeds if feed.loop is loop), None)
        if feed is None:
            feed = Feed(account, self._emulator, self._views, self._page)
            feeds.append(feed)
        return feed.join()

    def leave(self, name: str, listener: Listener) -> None:
        """Forget *listener* to the account *name*."""
        feeds = [feed for feed in self._feeds[name] if not feed.is_deserted_by(listener)]
        if feeds:
            self._feeds[name] = feeds
        else:
            del self._feeds[name]


class Feed:
    """The events of one account, for its listeners in one event loop."""

    def __init__(
        self,
        account: Account,
        emulator: Emulator,
        views: Views,
        journal_page: JournalPage,
    ) -> None:
        """Begin with *account* as it is now, in the event loop that runs."""
        self.loop = asyncio.get_running_loop()
        self._journal_page = journal_page
        self._name = account.name
        self._emulator = emulator
        self._views = views
        self._listeners: list[Listener] = []
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._account: Account | None = None
        self._begin(account)
        self._following = self.loop.create_task(self._follow()) if emulator.is_shared else None

    def join(self) -> Listener:
        """Return a new listener, who is told first how things stand."""
        listener = Listener()
        self._listeners.append(listener)
        account = self._account or self._emulator.account(self._name)
        clock = self._views.clock(account)
        hello = {"account": self._name, "clock": clock, "now": clock["now"]}
        listener.put(b"retry: 1000\n" + self._event("hello", hello))
        self._look_in(0)
        return listener

    def is_deserted_by(self, listener: Listener) -> bool:
        """Let *listener* go; tell whether nobody else is there."""
        if listener in self._listeners:
            self._listeners.remove(listener)
        if not self._listeners and self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._listeners and self._following is not None:
            self._following.cancel()
        return not self._listeners

    async def _follow(self) -> None:
        """Tell what all processes that serve the account do in it, until cancelled."""
        number: int | None = None
        while True:
            try:
                news = await self._emulator.news(self._name, number)
            except Problem:  # the state is away, and comes back
                news = News(number, ())
            number = news.number
            for exchange in news.exchanges:
                self._tell_of(exchange)
            self._look()
            await asyncio.sleep(FOLLOW_SECONDS)

    def happened(self, exchange: Exchange) -> None:
        """Tell of *exchange*, which is over, and of what it changed; from any thread."""
        if self._is_here():
            self._tell_of(exchange)
        else:
            with contextlib.suppress(RuntimeError):  # the loop has closed, and nobody listens
                self.loop.call_soon_threadsafe(self._tell_of, exchange)

    def _is_here(self) -> bool:
        try:
            return asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def _tell_of(self, exchange: Exchange) -> None:
        if exchange.operation == CONTROL:
            self._look()
            return
        account = self._current()
        self._tell("request", self._journal_page.line(exchange))
        if account is None:
            return
        now = account.clock.now()
        self._tell_new_jobs(account, now)
        if exchange.job_id in self._shown:
            self._tell_job(account, exchange.job_id, now)
        if self._tell_account(account):
            # The clock has moved, and other jobs with it.
            self._look_in(GAP_SECONDS)

    def _look(self) -> None:
        """Tell all that is new, and come again when there will be more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        account = self._current()
        if account is None:
            return
        now = account.clock.now()
        self._tell_new_jobs(account, now)
        for job_id in [*self._shown]:
            self._tell_job(account, job_id, now)
        self._tell_account(account)
        self._look_at_next_change(account)

    def _look_at_next_change(self, account: Account) -> None:
        if account.clock.mode is ClockMode.MANUAL or not self._listeners:
            return
        now = account.clock.now()
        jobs = (account.job(job_id) for job_id in self._shown)
        moments = (next_change(job, now) for job in jobs if job is not None)
        earliest = min((moment for moment in moments if moment is not None), default=None)
        if earliest is not None:
            self._look_in(max((earliest - now) / SECOND, GAP_SECONDS))

    def _look_in(self, seconds: float) -> None:
        """Look at everything in *seconds*, if that is not to be done earlier."""
        due = self.loop.time() + seconds
        if self._timer is not None:
            if (
                self._due <= due
            ):  # the timer may not tell: uvloop's of less than a millisecond has no `when`
                return
            self._timer.cancel()
        self._due = due
        self._timer = self.loop.call_at(due, self._look)

    def _current(self) -> Account | None:
        """Return the account as it is there now, None while it is forgotten; tell if it was."""
        account = self._emulator.known(self._name)
        if account is not self._account:
            if self._account is not None:
                self._tell("reset", {"account": self._name})
            self._begin(account, are_told=False)
        return account

    def _begin(self, account: Account | None, *, are_told: bool = True) -> None:
        """Begin with *account*, whose present jobs *are_told* elsewhere."""
        self._account = account
        self._shown: dict[str, tuple[Status, int]] = {}
        self._jobs_told = 0
        self._clock: object = None
        self._page: object = None
        if account is None or not are_told:
            return
        now = account.clock.now()
        self._shown = {job.id: state_at(job, now).visible for job in account.running()}
        self._jobs_told = account.submitted
        self._clock, self._page = account.clock.setting, self._views.account(account)

    def _tell_new_jobs(self, account: Account, now: int) -> None:
        new = [*islice(account.newest(), account.submitted - self._jobs_told)]
        self._jobs_told = account.submitted
        for job in reversed(new):
            self._tell("job", self._views.job(job, now))
            state = state_at(job, now)
            if state.status not in TERMINAL:
                self._shown[job.id] = state.visible
                self._look_in(GAP_SECONDS)

    def _tell_job(self, account: Account, job_id: str, now: int) -> None:
        """Tell the job, which had not ended, if it can be seen to have changed."""
        job = account.job(job_id)
        assert job is not None
        state = state_at(job, now)
        if state.visible == self._shown[job_id]:
            return
        self._shown[job_id] = state.visible
        if state.status in TERMINAL:
            del self._shown[job_id]
        self._tell("job", self._views.job(job, now))

    def _tell_account(self, account: Account) -> bool:
        """Tell clock and account if they have changed; return whether the clock has."""
        setting, page = account.clock.setting, self._views.account(account)
        has_moved = setting != self._clock
        if has_moved:
            self._tell("clock", self._views.clock(account))
        if page != self._page:
            self._tell("account", page)
        self._clock, self._page = setting, page
        return has_moved

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        event = self._event(kind, data)
        for listener in self._listeners:
            listener.put(event)

    def _event(self, kind: str, data: dict[str, Any]) -> bytes:
        self._number += 1
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (
            self._number,
            kind.encode(),
            encode(self._journal_page.without_keys(data)),
        )
