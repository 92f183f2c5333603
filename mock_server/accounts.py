"""The accounts: each key's own jobs, money, clock, limits and policies, seen by nobody else."""

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
from mock_server.spend import Spend
from mock_server.storage import Shelf


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
        came with its key, and *seen* has the number that the last of them had among all.
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
        self._ended: list[Job] = []
        self._ledger = ledger
        self._jobs: dict[str, Job] = {}
        self._running: list[tuple[int, int, str]] = []
        self._shown: dict[str, tuple[Status, int]] = {}

    @property
    def ledger(self) -> Ledger:
        """The account's money, with every job settled that has ended by now."""
        self.settle()
        return self._ledger

    @property
    def spend(self) -> Spend:
        """What the account's jobs cost; those that have not ended count with their price."""
        ledger = self.ledger
        return Spend(self.submitted, min(self.submitted, 1), ledger.spent + ledger.held)

    @property
    def ended(self) -> Sequence[Job]:
        """The jobs that have ended by now, in the order in which they did."""
        self.settle()
        return self._ended

    def add(self, job: Job) -> None:
        """Take in *job*, whose price the balance must cover, and hold that price."""
        self._ledger.hold(job.quote.price_micros)
        self.submitted += 1
        self._jobs[job.id] = job
        if not job.never_ends:
            heapq.heappush(self._running, (job.ended_at, self.submitted, job.id))

    def job(self, job_id: str) -> Job | None:
        """Return the job, also one whose state the API has forgotten."""
        return self._jobs.get(job_id)

    def newest(self) -> Iterator[Job]:
        """Yield the jobs, the one submitted last first."""
        return reversed(self._jobs.values())

    def running(self) -> Iterator[Job]:
        """Yield the jobs that have not ended by now, the one submitted last first."""
        left = self.submitted - len(self.ended)
        now = self.clock.now()
        jobs = (job for job in self.newest() if state_at(job, now).status not in TERMINAL)
        return islice(jobs, left)

    def poll(self, job: Job) -> tuple[JobState, int]:
        """Return the state of *job* now, and when that is; on a skipping clock, go to its next visible change instead of repeating.

        A job that never ends moves nothing.
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
            now = self.clock.now()
            state = state_at(job, now)
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
        self.settle()
        now = self.clock.now()
        state = state_at(job, now)
        if state.status in TERMINAL:
            return job
        stopped = self._jobs[job.id] = job._replace(early_end=ending(now, state.steps))
        self._end(stopped)
        return stopped

    def settle(self) -> None:
        """Book every job that has ended by now: a completed one is paid, any other gets its hold back."""
        now = self.clock.now()
        while self._running and self._running[0][0] <= now:
            _, _, job_id = heapq.heappop(self._running)
            job = self._jobs[job_id]
            if job.early_end is None:
                self._end(job)

    def _end(self, job: Job) -> None:
        book = self._ledger.keep if job.is_charged else self._ledger.give_back
        book(job.quote.price_micros)
        self._ended.append(job)
        self._shown.pop(job.id, None)
