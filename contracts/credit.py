"""What an account has left to spend, by all that was seen of it."""

from contracts.expectation.outcome import Accepted
from contracts.reading import status_of
from contracts.seen import COMPLETED, Account, Job


def left(account: Account) -> tuple[int, int] | None:
    """Return the least and the most micro-dollars that *account* may have left, None where nobody can tell.

    That is what it was last told to have, less what was accepted since, more what may have been given back since.
    """
    if account.balance is None:
        return None
    least, told_at = account.balance
    most = least
    for job in account.jobs.values():
        if not isinstance(job.outcome, Accepted):
            return None
        price = job.outcome.bill.micros
        if job.submitted.number > told_at:
            least, most = least - price, most - price
        may, must = _given_back(job, told_at)
        least, most = least + price * must, most + price * may
    return least, most


def _given_back(job: Job, told_at: int) -> tuple[bool, bool]:
    """Return whether the price of *job* may have been given back since the exchange *told_at*, and whether it must."""
    end = job.end
    if end is not None and status_of(end[1]) in COMPLETED:
        return False, False
    if end is not None and end[0].number <= told_at:
        return False, False
    if end is None:
        assert isinstance(job.outcome, Accepted)
        return job.is_cancelling or bool(job.outcome.faults), False
    return True, job.running.number > told_at
