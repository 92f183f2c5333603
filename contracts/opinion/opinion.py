"""The second opinion: requests that Schemathesis makes of the served document, sent and judged as all others are."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from contracts.document import Contract
from contracts.driver import ENDS, Driver
from contracts.events import OpinionGiven
from contracts.exchange import Sent
from contracts.judge import Check, Failure
from contracts.machine import script_of
from contracts.opinion import NAME
from contracts.opinion.cases import covering, drawn
from contracts.opinion.conformance import conformance
from contracts.opinion.links import follow
from contracts.opinion.requests import Requests, step_of
from contracts.opinion.served import NotReadError, Operation, Served, request_for, served
from contracts.script import Script, Step

# A failure is shown by its own request, or by the last few: more would take long to make short.
STEPS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found together: *failures*, shown by *script*."""

    failures: list[Failure]
    script: Script


class SecondOpinion:
    """Asks Schemathesis about a target of *contract*, with *examples* drawn requests for an operation and a mode."""

    def __init__(
        self, open_driver: Callable[[], Driver], contract: Contract, *, seed: int, examples: int
    ) -> None:
        """Send through drivers that *open_driver* gives, what *seed* decides."""
        self._open = open_driver
        self._contract = contract
        self._seed = seed
        self._examples = examples
        self._served: Served | None = None
        self._requests = Requests(contract)
        self._cases = self._dropped = 0

    def open(self) -> Driver:
        """Return a driver whose judge knows what Schemathesis checks of an answer, too, where a document is served."""
        checks: tuple[Check, ...] = ()
        with suppress(NotReadError):
            checks = conformance(self._read().operations)
        driver = self._open()
        driver.judge.also(checks)
        return driver

    def _read(self) -> Served:
        if self._served is None:
            answer = self._open().send(request_for(self._contract.api)).answer
            self._served = served(answer, self._contract.api, self._seed)
        return self._served

    def findings(self, is_over: Callable[[], bool]) -> Iterator[Finding | OpinionGiven]:
        """Yield what is found, and then that this was all. Once *is_over*, nothing is sent any more."""
        try:
            document = self._read()
        except NotReadError as error:
            yield OpinionGiven(trouble=str(error))
            return
        for (id_, _), operation in document.operations.items():
            yield from self._of(id_, operation, is_over)
        yield from self._linked(document, is_over)
        yield OpinionGiven(cases=self._cases, dropped=self._dropped)

    def _of(self, id_: str, operation: Operation, is_over: Callable[[], bool]) -> Iterator[Finding]:
        requests = self._distinct(id_, operation)
        while not is_over() and (some := [*islice(requests, STEPS)]):
            # All of them before the first is told: whoever shows that again opens drivers, and is done with this one.
            found, end = self._found(some)
            yield from found
            if end is not None:
                raise end

    def _found(self, some: Sequence[Sent]) -> tuple[list[Finding], BaseException | None]:
        """Send *some* one after another; return what is found, and what has ended that before its time."""
        driver, names = self.open(), dict[str, str]()
        steps: list[Step] = []
        found: list[Finding] = []
        for sent in some:
            steps.append(step_of(sent, names))
            try:
                failures = driver.step(steps[-1], names)
            except ENDS as error:
                return found, error
            if failures:
                found.append(_finding(failures, steps))
        return found, None

    def _distinct(self, id_: str, operation: Operation) -> Iterator[Sent]:
        """Yield each request for *operation* once."""
        seen: set[Sent] = set()
        for cases in (covering(operation), drawn(operation, self._examples, self._seed)):
            for case in cases:
                sent = self._requests.of(case, id_)
                if sent is None:
                    self._dropped += 1
                elif sent not in seen:
                    seen.add(sent)
                    self._cases += 1
                    yield sent

    def _linked(self, served: Served, is_over: Callable[[], bool]) -> Iterator[Finding]:
        broken = follow(
            served,
            self._requests,
            self.open,
            seed=self._seed,
            examples=self._examples,
            is_over=is_over,
        )
        if broken is not None:
            script = replace(script_of(broken), name=NAME)
            yield Finding(failures=broken.failures, script=script)


def _finding(failures: list[Failure], steps: list[Step]) -> Finding:
    rules = tuple(dict.fromkeys(failure.verdict.rule for failure in failures))
    return Finding(failures=failures, script=Script(name=NAME, rules=rules, steps=(*steps,)))


def judge_by_document(driver: Driver, contract: Contract) -> None:
    """Let the judge of *driver* know what Schemathesis checks of an answer, too, where a document is served."""
    exchange = driver.send(request_for(contract.api))
    driver.take()  # what the document itself breaks is no failure of what is sent next
    with suppress(NotReadError):
        driver.judge.also(conformance(served(exchange.answer, contract.api, 0).operations))
