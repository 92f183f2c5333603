"""Schemathesis' state machine: it follows the links of the served document, from a submission to its job."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, reject, seed as seeded, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import Case, Response
from schemathesis.errors import NoLinksFound

from contracts.driver import Driver
from contracts.machine import BrokenError
from contracts.opinion.conformance import response_of
from contracts.opinion.requests import Requests, step_of
from contracts.opinion.served import Served
from contracts.script import Step

STEPS = 6


def follow(
    served: Served,
    requests: Requests,
    open_driver: Callable[[], Driver],
    *,
    seed: int,
    examples: int,
    is_over: Callable[[], bool],
) -> BrokenError | None:
    """Let the machine run *examples* histories of up to `STEPS` steps; return one that breaks the contract.

    *open_driver* gives each history accounts of its own. Once *is_over*, nothing is sent any more.
    """
    names = {operation.label: id_ for (id_, _), operation in served.operations.items()}
    # Hypothesis asks the class, not whoever runs it, for a seed.
    machine = seeded(seed)(_machine(served, requests, open_driver, names, is_over))
    chosen = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=False,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
        report_multiple_bugs=False,
    )

    try:
        run_state_machine_as_test(machine, settings=chosen)
    except _Enough as enough:
        return enough.broken
    except (NoLinksFound, Unsatisfiable):
        return None  # nowhere to go, or nothing that can be sent
    return None


class _Enough(BaseException):
    """There is no more to do: *broken* was found, or the time is over."""

    def __init__(self, broken: BrokenError | None = None) -> None:
        super().__init__()
        self.broken = broken


def _machine(
    served: Served,
    requests: Requests,
    open_driver: Callable[[], Driver],
    names: Mapping[str, str],
    is_over: Callable[[], bool],
) -> type[Any]:
    known = served.schema.include(lambda context: context.operation.label in names)
    base: type[Any] = known.as_state_machine()

    class Linked(base):  # type: ignore[misc]
        """Clients that do what the links say; every exchange is judged."""

        def setup(self) -> None:
            self.driver = open_driver()
            self.done: list[Step] = []
            self.ids: dict[str, str] = {}

        def call(self, case: Case[Any], **_: Any) -> Response:
            if is_over():
                raise _Enough
            sent = requests.of(case, names[case.operation.label])
            if sent is None:
                reject()
            step = step_of(sent, self.ids)
            self.done.append(step)
            failures = self.driver.step(step, self.ids)
            if failures:
                raise _Enough(BrokenError(failures, (*self.done,)))
            exchange = self.driver.recording.exchanges[-1]
            if exchange.answer is None:
                raise _Enough
            return response_of(exchange.sent, exchange.answer)

        def validate_response(self, *_: Any, **__: Any) -> None:
            """Leave that to the judge."""

    return Linked
