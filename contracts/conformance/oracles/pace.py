"""How often and how soon a client asks: intervals, Retry-After, and when it stops."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import mean, quantiles

from contracts.conformance.case import Finding, Oracle
from contracts.conformance.entry import SUBMIT, Entry
from contracts.conformance.trial import Trial

# A wait may be so much shorter than it should be: clocks differ in what they call a second.
EARLY_SECONDS = 0.05
# A wait may be so many times longer, and a little more: nobody has to come to the second.
LATE_TIMES, LATE_SECONDS = 2.0, 1.5
# Five polls a second are a storm, whatever the job does.
LEAST_SECONDS = 0.2
ALIKE_SHARE = 0.04
TERMINAL = frozenset({"completed", "succeeded", "failed", "cancelled"})


def waits_as_told(operation: str) -> Oracle:
    """Return an oracle: after an answer with Retry-After the next request of *operation* comes when that is over."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        for first, second in pairwise(trial.asked(operation)):
            if first.retry_after is None:
                continue
            asked = first.retry_after
            most = asked * LATE_TIMES + LATE_SECONDS
            # The client has an answer at some moment after its request came, and on a busy machine before the emulator
            # takes down that it is sent: the wait is between these two, and both have to tell against the client.
            shortest, longest = second.at - first.ended, second.at - first.at
            is_early = longest < asked - EARLY_SECONDS
            if is_early or shortest > most:
                waited = longest if is_early else shortest
                expected = f"the next {operation} after {asked} s, as Retry-After says, and before {most:g} s"
                yield Finding(expected=expected, received=f"the next one after {waited:.2f} s")
                return

    return oracle


def comes_again(operation: str) -> Oracle:
    """Return an oracle: a request of *operation* that was refused for the moment is sent again."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        found = trial.asked(operation)
        if len(found) == 1:
            yield Finding(expected=f"a second {operation}", received="none")

    return oracle


def asks_at_most(operation: str, count: int) -> Oracle:
    """Return an oracle: there are no more requests of *operation* than *count*."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        found = trial.asked(operation)
        if len(found) > count:
            seconds = found[-1].at - found[0].at
            received = f"{len(found)} within {seconds:.1f} s"
            yield Finding(expected=f"{count} of {operation} at most", received=received)

    return oracle


def does_not_storm(operation: str) -> Oracle:
    """Return an oracle: requests of *operation* come no faster than five a second."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        found = trial.asked(operation)
        for index in range(len(found) - 2):
            if found[index + 2].at - found[index].at < 2 * LEAST_SECONDS - EARLY_SECONDS:
                received = f"3 within {found[index + 2].at - found[index].at:.3f} s"
                expected = f"{LEAST_SECONDS} s at least from one {operation} to the next"
                yield Finding(expected=expected, received=received)
                return

    return oracle


def slows_down(trial: Trial) -> Iterator[Finding]:
    """Refused again and again, a client waits longer, or at least not less long."""
    gaps = _gaps(trial.polls)
    refused = [gap for gap, entry in zip(gaps, trial.polls, strict=False) if entry.status != 200]
    if len(refused) > 1 and refused[-1] < refused[0] * 1.1:
        received = " s, ".join(f"{gap:.2f}" for gap in refused)
        yield Finding(expected="longer and longer waits", received=f"{received} s")


def varies(trial: Trial) -> Iterator[Finding]:
    """The waits between polls are not all the same, so that many clients do not come in step."""
    gaps = _gaps(trial.polls)
    if len(gaps) < 4:
        return
    low, _, high = quantiles(gaps, n=4)
    if high - low < ALIKE_SHARE * mean(gaps):
        received = (
            f"{len(gaps)} waits of {mean(gaps):.3f} s, half of them within {high - low:.3f} s"
        )
        yield Finding(expected="waits that differ by some percent", received=received)


def stops_at_the_end(trial: Trial) -> Iterator[Finding]:
    """After an answer that tells the job's end there is no other poll before the video is fetched."""
    polls = trial.polls
    ends = [entry for entry in polls if entry.answer.get("status") in TERMINAL]
    after = [entry for entry in polls if ends and entry.at > ends[0].at]
    if after:
        expected = f"no poll after the job is told to be {ends[0].answer['status']}"
        yield Finding(expected=expected, received=f"{len(after)} more")


def has_at_least(operation: str, count: int, what: str) -> Callable[[Trial], str | None]:
    """Return what tells that a trial has fewer requests of *operation* than *count*, so that *what* cannot be seen."""

    def unmet(trial: Trial) -> str | None:
        found = len(trial.asked(operation))
        return (
            None
            if found >= count
            else f"{what}: it takes {count} of {operation}, and there were {found}"
        )

    return unmet


def saw(status: str) -> Callable[[Trial], str | None]:
    """Return what tells that the client never was told of a job with *status*."""

    def unmet(trial: Trial) -> str | None:
        told = [entry.answer.get("status") for entry in trial.polls]
        if status in told:
            return None
        return (
            f"no poll came while the job was {status}; an adapter that polls once a second would do"
        )

    return unmet


def was_struck(operation: str = SUBMIT) -> Callable[[Trial], str | None]:
    """Return what tells that there never was a request of *operation*."""

    def unmet(trial: Trial) -> str | None:
        return None if trial.asked(operation) else f"there was no {operation}"

    return unmet


def _gaps(entries: Sequence[Entry]) -> list[float]:
    return [second.at - first.ended for first, second in pairwise(entries)]
