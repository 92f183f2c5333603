"""A driver that waits when it is told to, and asks again where an answer was lost."""

from contracts.driver import Driver
from contracts.exchange import Exchange, Sent
from contracts.judge import Judge
from contracts.passing import Passing
from contracts.reading import whole
from contracts.transport import Transport

TOO_MANY, UNAVAILABLE = 429, 503
TRIES = 8
LOST_SECONDS = 2.0
LEAST_SECONDS, MOST_SECONDS = 1.0, 3600.0
READING = frozenset({"GET", "HEAD"})


class OutOfTimeError(Exception):
    """The time of the run is over, or would be before the API lets a request pass."""


class PatientDriver(Driver):
    """Obeys 429 and ``Retry-After``, up to an hour, and reads again what was lost or is not there for the moment.

    Nothing that could be billed is sent again, unless it was refused for the rate.
    """

    def __init__(
        self, transport: Transport, judge: Judge, time: Passing, *, ends: float, window: float
    ) -> None:
        """Stop at the moment *ends* of *time*; wait *window* seconds where a 429 does not say how long."""
        super().__init__(transport, judge, time)
        self._time = time
        self._ends = ends
        self._window = window

    def extend(self, seconds: float) -> None:
        """Let the run go on for *seconds* from now, whatever its end was."""
        self._ends = self._time.now() + seconds

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*, as often as it takes; return what came of it in the end.

        Raises:
            OutOfTimeError: before that the time of the run is over.
        """
        exchange = self._once(sent)
        for _ in range(TRIES):
            seconds = self._wait(exchange)
            if seconds is None:
                break
            self._let_pass(seconds)
            exchange = self._once(sent)
        return exchange

    def _once(self, sent: Sent) -> Exchange:
        if self._time.now() >= self._ends:
            raise OutOfTimeError
        return super().send(sent)

    def _let_pass(self, seconds: float) -> None:
        if self._time.now() + seconds >= self._ends:
            raise OutOfTimeError
        self._time.let_pass(seconds)

    def _wait(self, exchange: Exchange) -> float | None:
        """Return how long to wait before the request of *exchange* is sent again, None where it is not."""
        answer, reads = exchange.answer, exchange.sent.method in READING
        if answer is None:
            return LOST_SECONDS if reads else None
        if answer.status == TOO_MANY or (reads and answer.status == UNAVAILABLE):
            told = answer.headers.get("retry-after", "")
            seconds = whole(told)
            return self._window if seconds is None else _bounded(seconds)
        return None


def _bounded(seconds: int) -> float:
    return min(max(seconds, LEAST_SECONDS), MOST_SECONDS)
