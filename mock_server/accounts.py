"""The accounts: each key's own jobs, money, clock, limits and policies, seen by nobody else.

Only commands change an account, each at its moment; whoever reads computes how things stand at the present one.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from mock_server.clock import Clock, ClockMode
from mock_server.faults import Faults
from mock_server.jobs import EarlyEnd, Job, JobError
from mock_server.journal import Journal
from mock_server.ledger import Ledger
from mock_server.lifecycle import TERMINAL, JobState, Status, end_steps, next_change, state_at
from mock_server.planning import Terms
from mock_server.rate import RateWindow
from mock_server.shelf import Shelf
from mock_server.spend import Spend


class Account:
    """One sandbox. Nothing moves by itself: whoever asks is told how things stand at the present moment."""

    def __init__(
        self,
        name: str,
        *,
        clock: Clock,
        ledger: Ledger,
        window: RateWindow,
        terms: Terms,
        shelf: Shelf,
    ) -> None:
        """Open an account without jobs, whose files lie on *shelf*.

        Its *scenario* acts on every job whose prompt names none of that kind; *requests* counts those that
        came with its key, and *seen* has the number that the last of them had among all. What has ended by
        *settled_at* is *booked*.
        """
        self.name = name
        self.clock = clock
        self.window = window
        self.terms = terms
        self.shelf = shelf
        self.faults = Faults()
        self.scenario: str | None = None
        self.submitted = 0
        self.requests = 0
        self.seen = 0
        self.journal = Journal(0, 0)
        self.upload_ids: list[str] = []
        self.settled_at = 0
        self.booked = ledger
        self._ended: list[Job] = []
        self.jobs: dict[str, Job] = {}
        self._running: list[tuple[int, int, str]] = []
        self._shown: dict[str, tuple[Status, int]] = {}

    @property
    def ledger(self) -> Ledger:
        """The account's money as it stands by now; another value than what is booked."""
        ledger = self.booked.copy()
        for job in self._due(self.clock.now()):
            _book(ledger, job)
        return ledger

    @property
    def spend(self) -> Spend:
        """What the account's jobs cost; those that have not ended count with their price."""
        ledger = self.ledger
        return Spend(self.submitted, min(self.submitted, 1), ledger.spent + ledger.held)

    @property
    def ended(self) -> Sequence[Job]:
        """The jobs that have ended by now, in the order in which they did."""
        due = self._due(self.clock.now())
        return [*self._ended, *due] if due else self._ended

    @property
    def is_settled(self) -> bool:
        """Whether every job that has ended by now is booked."""
        return not self._running or self._running[0][0] > self.clock.now()

    def add(self, job: Job) -> None:
        """Take in *job*, whose price the balance must cover, and hold that price."""
        self.booked.hold(job.quote.price_micros)
        self.submitted += 1
        self.jobs[job.id] = job
        if not job.never_ends:
            heapq.heappush(self._running, (job.ended_at, self.submitted, job.id))

    def job(self, job_id: str) -> Job | None:
        """Return the job, also one whose state the API has forgotten."""
        return self.jobs.get(job_id)

    def newest(self) -> Iterator[Job]:
        """Yield the jobs, the one submitted last first."""
        return reversed(self.jobs.values())

    def running(self) -> Iterator[Job]:
        """Yield the jobs that have not ended by now, the one submitted last first."""
        left = self.submitted - len(self.ended)
        now = self.clock.now()
        jobs = (job for job in self.newest() if state_at(job, now).status not in TERMINAL)
        return islice(jobs, left)

    def glance(self, job: Job) -> tuple[JobState, int] | None:
        """Return what `poll` would, where it would change nothing: where the state has been shown before."""
        now = self.clock.now()
        state = state_at(job, now)
        if state.status in TERMINAL:
            was_shown = job.early_end is not None or job.ended_at <= self.settled_at
        else:
            moves = self.clock.mode is ClockMode.SKIP and not job.never_ends
            was_shown = not moves and self._shown.get(job.id) == state.visible
        return (state, now) if was_shown else None

    def poll(self, job: Job) -> tuple[JobState, int]:
        """Return the state of *job* now, and when that is; on a skipping clock, go to its next visible change instead of repeating.

        A job that never ends moves nothing. Whoever asks later, by whatever clock, is not told less.
        """
        now = self.clock.now()
        state = state_at(job, now)
        if state.status in TERMINAL:
            return state, now
        is_skipping = self.clock.mode is ClockMode.SKIP and not job.never_ends
        if is_skipping and self._shown.get(job.id) == state.visible:
            moment = next_change(job, now)
            assert moment is not None
            self.clock.move_to(moment)
            self.settle()
            now = self.clock.now()
            state = state_at(job, now)
            if state.status in TERMINAL:
                return state, now
        self._shown[job.id] = state.visible
        return state, now

    def cancel(self, job: Job) -> Job:
        """Cancel *job* unless it is terminal, and give back what it held (rule JOB-CANCEL)."""
        return self._stop(job, lambda at, steps: EarlyEnd(at, steps, is_cancelled=True))

    def fail(self, job: Job, error: JobError) -> Job:
        """Let *job* fail now with *error* unless it is terminal, and give back what it held."""
        return self._stop(job, lambda at, steps: EarlyEnd(at, steps, error))

    def finish(self, job: Job) -> Job:
        """End *job* now as its plan has it unless it is terminal; one that never ends is completed."""
        plan = job.plan
        return self._stop(
            job, lambda at, _: EarlyEnd(at, end_steps(plan), plan.error, plan.is_cancelled)
        )

    def _stop(self, job: Job, ending: Callable[[int, int], EarlyEnd]) -> Job:
        """Give *job* the *early_end* that it has at the present moment and progress, unless it is terminal."""
        now = self.clock.now()
        state = state_at(job, now)
        if state.status in TERMINAL:
            return job
        stopped = self.jobs[job.id] = job._replace(early_end=ending(now, state.steps))
        self._end(stopped)
        return stopped

    def settle(self) -> None:
        """Book every job that has ended by now: a completed one is paid, any other gets its hold back."""
        now = self.clock.now()
        while self._running and self._running[0][0] <= now:
            _, _, job_id = heapq.heappop(self._running)
            job = self.jobs[job_id]
            if job.early_end is None:
                self._end(job)
        self.settled_at = now

    def _due(self, now: int) -> list[Job]:
        """Return the jobs that are to be booked at the moment *now*, in the order in which they ended."""
        found, places = [], [0]
        # The list is a heap: nothing below an entry is earlier than that.
        while places:
            place = places.pop()
            if place < len(self._running) and self._running[place][0] <= now:
                found.append(self._running[place])
                places += (2 * place + 1, 2 * place + 2)
        jobs = (self.jobs[job_id] for _, _, job_id in sorted(found))
        return [job for job in jobs if job.early_end is None]

    def _end(self, job: Job) -> None:
        _book(self.booked, job)
        self._ended.append(job)
        self._shown.pop(job.id, None)


def _book(ledger: Ledger, job: Job) -> None:
    book = ledger.keep if job.is_charged else ledger.give_back
    book(job.quote.price_micros)
