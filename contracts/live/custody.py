"""The jobs of a run that nobody has seen to end, so that none is left running."""

from collections.abc import Iterable

from contracts.document import Contract
from contracts.exchange import MAIN, Exchange, Sent
from contracts.money.exposure import is_expected
from contracts.money.told import job_id_of
from contracts.reading import json_object, status_of
from contracts.routes import Routes
from contracts.seen import TERMINAL
from contracts.transport import Transport

ACCEPTED = range(200, 300)
GONE = 404


class Custody:
    """Sends through *inner*, and remembers each job that may be running: its id, and the name of the key it was made with.

    *surprises* are those that were not to be accepted.
    """

    def __init__(self, inner: Transport, contract: Contract, left_over: Iterable[str] = ()) -> None:
        """Know of the jobs *left_over* from an earlier run."""
        self._inner = inner
        self._contract = contract
        self._routes = Routes(contract.api)
        self.running: dict[str, str] = dict.fromkeys(left_over, MAIN)
        self.surprises: list[str] = []

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*."""
        exchange = self._inner.send(sent)
        if exchange.answer is not None and sent.key is not None:
            self._take(sent, exchange)
        return exchange

    def _take(self, sent: Sent, exchange: Exchange) -> None:
        answer = exchange.answer
        assert answer is not None
        asked = self._routes.parameters(sent).get("job_id")
        if asked is not None:
            told = status_of(json_object(answer) or {})
            is_over = answer.status == GONE or (answer.status in ACCEPTED and told in TERMINAL)
            if is_over and self.running.get(asked) == sent.key:
                del self.running[asked]
            return
        job_id = job_id_of(answer)
        if job_id is None or sent.method == "GET":
            return
        assert sent.key is not None
        self.running[job_id] = sent.key
        if not is_expected(sent, self._contract):
            self.surprises.append(job_id)
