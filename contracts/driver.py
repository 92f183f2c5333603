"""The driver: carries out the steps of a script on a target, and has every exchange judged."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.errors import ContractError
from contracts.exchange import Exchange, Recording, Sent
from contracts.judge import Failure, Judge
from contracts.passing import Passing
from contracts.reading import json_object, status_of
from contracts.requests import Names, Requests
from contracts.script import Call, Follow, Script, Step, Submit, Upload, Wait
from contracts.seen import TERMINAL
from contracts.transport import Transport

# What may end a script in its midst; what was found by then is there to be taken.
ENDS = (KeyboardInterrupt, ContractError)


class Driver:
    """Runs scripts over *transport*; what *judge* finds and every exchange is kept until somebody takes it."""

    def __init__(
        self,
        transport: Transport,
        judge: Judge,
        time: Passing,
        *,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Let time pass as *time* does; once *is_over*, what is left of a script is not carried out."""
        self.recording = Recording()
        self.judge = judge
        self._transport = transport
        self._time = time
        self._is_over = is_over
        self._requests = Requests(judge.history)
        self._found: list[Failure] = []

    def run(self, script: Script) -> list[Failure]:
        """Carry out *script* and return what was found; steps about a job that there is not are left out."""
        names: Names = {}
        for step in script.steps:
            if self._is_over():
                break
            self._carry_out(step, names)
        return self.take()

    def step(self, step: Step, names: Names) -> list[Failure]:
        """Carry out *step*, with *names* for the jobs and uploads that there are, and return what was found."""
        self._carry_out(step, names)
        return self.take()

    def take(self) -> list[Failure]:
        """Return what was found and nobody has taken yet, also of a step that an exception has ended."""
        taken, self._found = self._found, []
        return taken

    def send(self, sent: Sent) -> Exchange:
        """Send *sent* and return what came of it; what that breaks is found."""
        at = self._time.now()
        number = self.recording.count + 1
        exchange = replace(self._transport.send(sent), at=at, number=number)
        self.recording.add(exchange)
        self._found += self.judge.judge(exchange)
        return exchange

    def _carry_out(self, step: Step, names: Names) -> None:
        if isinstance(step, Wait):
            self._time.let_pass(step.seconds)
        elif isinstance(step, Follow):
            self._follow(step, names)
        else:
            sent = self._requests.of(step, names)
            if sent is not None:
                _name(step, self.send(sent), names)

    def _follow(self, step: Follow, names: Names) -> None:
        sent = self._requests.poll(step, names)
        for poll in range(0 if sent is None else step.most):
            assert sent is not None
            if self._is_over():
                return
            if poll:
                self._time.let_pass(step.seconds)
            body = _body(self.send(sent))
            if body is None or status_of(body) in TERMINAL:
                return


def _name(step: Step, exchange: Exchange, names: Names) -> None:
    """Remember the id of the job or the upload that came of *step*."""
    body = _body(exchange) or {}
    match step:
        case Submit():
            name, id_ = step.job, body.get("job_id")
        case Call(job=str(job)):
            name, id_ = job, body.get("job_id")
        case Upload():
            name, id_ = step.file, body.get("id")
        case _:
            return
    if isinstance(id_, str):
        names[name] = id_


def _body(exchange: Exchange) -> dict[str, Any] | None:
    return None if exchange.answer is None else json_object(exchange.answer)
