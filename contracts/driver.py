"""The driver: carries out the steps of a script on a target, and has every exchange judged."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracts.exchange import Exchange, Recording, Sent
from contracts.judge import Failure, Judge
from contracts.passing import Passing
from contracts.reading import json_object, status_of
from contracts.requests import Names, Requests
from contracts.script import Follow, Script, Step, Submit, Upload, Wait
from contracts.seen import TERMINAL
from contracts.transport import Transport


class Driver:
    """Runs scripts over *transport*; what *judge* finds and every exchange is kept."""

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

    def run(self, script: Script) -> list[Failure]:
        """Carry out *script* and return what was found; steps about a job that there is not are left out."""
        names: Names = {}
        failures: list[Failure] = []
        for step in script.steps:
            if self._is_over():
                break
            failures += self.step(step, names)
        return failures

    def step(self, step: Step, names: Names) -> list[Failure]:
        """Carry out *step*, with *names* for the jobs and uploads that there are, and return what was found."""
        return [failure for found in self._step(step, names) for failure in found]

    def send(self, sent: Sent) -> tuple[Exchange, list[Failure]]:
        """Send *sent* and return what came of it, and what that breaks."""
        at = self._time.now()
        number = self.recording.count + 1
        exchange = replace(self._transport.send(sent), at=at, number=number)
        self.recording.add(exchange)
        return exchange, self.judge.judge(exchange)

    def _step(self, step: Step, names: Names) -> Iterator[list[Failure]]:
        if isinstance(step, Wait):
            self._time.let_pass(step.seconds)
        elif isinstance(step, Follow):
            yield from self._follow(step, names)
        else:
            sent = self._requests.of(step, names)
            if sent is not None:
                exchange, failures = self.send(sent)
                yield failures
                _name(step, exchange, names)

    def _follow(self, step: Follow, names: Names) -> Iterator[list[Failure]]:
        sent = self._requests.poll(step, names)
        for poll in range(0 if sent is None else step.most):
            assert sent is not None
            if self._is_over():
                return
            if poll:
                self._time.let_pass(step.seconds)
            exchange, failures = self.send(sent)
            yield failures
            body = _body(exchange)
            if body is None or status_of(body) in TERMINAL:
                return


def _name(step: Step, exchange: Exchange, names: Names) -> None:
    """Remember the id of the job or the upload that came of *step*."""
    body = _body(exchange) or {}
    match step:
        case Submit():
            name, id_ = step.job, body.get("job_id")
        case Upload():
            name, id_ = step.file, body.get("id")
        case _:
            return
    if isinstance(id_, str):
        names[name] = id_


def _body(exchange: Exchange) -> dict[str, Any] | None:
    return None if exchange.answer is None else json_object(exchange.answer)
