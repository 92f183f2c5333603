"""The trial of a seeded fault: an emulator in this process that has it, and the suite, which should find it."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, zip_longest

from contracts.asgi import AsgiTransport
from contracts.checks.catalogue import CHECKS
from contracts.document import Contract
from contracts.driver import Driver
from contracts.events import Event, RuleBroken
from contracts.exchange import MAIN, OTHER, Exchange
from contracts.faulty.fault import Fault
from contracts.faulty.wrapping import Front, wrapped
from contracts.history import History
from contracts.judge import Failure, Judge
from contracts.keys import Keys
from contracts.opening import TERMS
from contracts.passing import ACCOUNT, MovedTime, control
from contracts.run import PROFILES, Plan, Profile, Run
from contracts.script import Script
from contracts.sweep.scripts import all_scripts
from mock_server.app import create_app
from mock_server.settings import Settings

PROFILE = PROFILES["default"]
SWEEP_ALONE = replace(PROFILE, examples=0, opinions=0)
SUBMIT = "submit"


@dataclass(slots=True)
class Witness:
    """What a run sees: calls of the API and jobs accepted, until a failure names one of the rules *wanted*.

    *engine* is the one that found it, and *named* are all rules that were told to be broken until then.
    """

    wanted: Collection[str]
    calls: int = 0
    creates: int = 0
    is_found: bool = False
    engine: str | None = None
    is_reached: bool = False
    named: set[str] = field(default_factory=set)

    def see(self, operation: str | None, exchange: Exchange, failures: Sequence[Failure]) -> None:
        if self.is_found or operation is None:
            return
        answer = exchange.answer
        is_accepted = answer is not None and 200 <= answer.status < 300
        self.calls += 1
        self.creates += operation == SUBMIT and is_accepted
        self.named |= {failure.verdict.rule for failure in failures}
        self.is_found = not self.named.isdisjoint(self.wanted)


class Watch(Judge):
    """A judge whom *witness* looks over the shoulder."""

    def __init__(self, history: History, witness: Witness) -> None:
        super().__init__(history, CHECKS)
        self._witness = witness

    def judge(self, exchange: Exchange) -> list[Failure]:
        failures = super().judge(exchange)
        self._witness.see(self.history.routes.operation(exchange.sent), exchange, failures)
        return failures


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a trial ended: *engine* found the fault in *found* of *seeds* runs, after so many calls and creates.

    Those are of the first run that found it. *named* are all the rules that were told to be broken until then.
    """

    fault: str
    family: str
    engine: str | None
    seeds: int
    found: int
    calls: int
    creates: int
    named: tuple[str, ...]
    is_reached: bool
    seconds: float


class Trials:
    """Tries faults of servers of *contract*."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._policies = contract.policies_with({})
        self._scripts = all_scripts(contract, self._policies)

    def full(self, fault: Fault, seeds: int) -> Result:
        """Run the sweep, which no seed changes; if that finds nothing, what comes after it, from each of *seeds* seeds."""
        begun = time.process_time()
        witness = Witness(fault.rules)
        self._run(fault, witness, self._scripts, SWEEP_ALONE)
        if witness.is_found:
            return _result(fault, witness, begun)
        runs = []
        for seed in range(seeds):
            run = replace(witness, named={*witness.named})
            self._run(fault, run, (), PROFILE, seed=seed)
            runs.append(run)
        found = [run for run in runs if run.is_found]
        result = _result(fault, found[0] if found else runs[-1], begun)
        return replace(result, seeds=seeds, found=len(found))

    def quick(self, fault: Fault, seed: int) -> Result:
        """Run the scripts that exercise a rule of *fault* first, then all others, then the rest of the profile from *seed*.

        The order is that of `in_turn`: this tells whether a fault is found, not what that takes.
        """
        begun = time.process_time()
        witness = Witness(fault.rules)
        self._run(fault, witness, in_turn(self._scripts, fault.rules), PROFILE, seed=seed)
        return _result(fault, witness, begun)

    def _run(
        self,
        fault: Fault,
        witness: Witness,
        scripts: Sequence[Script],
        profile: Profile,
        *,
        seed: int = 0,
    ) -> None:
        """Run until *witness* has seen enough, or all is done."""
        front = wrapped(create_app(Settings()), self._contract.api, fault)
        plan = Plan(target=fault.id, is_emulator=True, scripts=scripts, profile=profile, seed=seed)
        with self._events(front, plan, witness) as events:
            for event in events:
                if isinstance(event, RuleBroken) and witness.is_found:
                    witness.engine = event.engine
                    break
        witness.is_reached |= front.has_struck

    @contextmanager
    def _events(self, front: Front, plan: Plan, witness: Witness) -> Iterator[Iterator[Event]]:
        """Give the events of a run against *front*; time is that of the processor, so that others do not matter."""
        numbers, transports = count(1), []

        def opened() -> Driver:
            prefix = self._contract.api.key_prefix
            keys = Keys({name: f"{prefix}check-{next(numbers)}" for name in (MAIN, OTHER)})
            transports.append(transport := AsgiTransport(front, keys))
            for key in (MAIN, OTHER):
                control(transport, "PATCH", ACCOUNT, TERMS, key)
            history = History(self._contract, self._policies, is_emulator=True)
            return Driver(transport, Watch(history, witness), MovedTime(transport, (MAIN, OTHER)))

        run = Run(self._contract, plan, opened, clock=time.process_time, is_plain=True)
        try:
            yield run.events()
        finally:
            for transport in transports:
                transport.close()


def in_turn(scripts: Sequence[Script], rules: Collection[str]) -> Sequence[Script]:
    """Return *scripts* with those about *rules* first: one of every kind, then the next of every kind, and so on."""
    own = [script for script in scripts if not {*script.rules}.isdisjoint(rules)]
    others = [script for script in scripts if {*script.rules}.isdisjoint(rules)]
    kinds: dict[tuple[str, ...], list[Script]] = {}
    for script in own:
        kinds.setdefault(script.rules, []).append(script)
    turns = (script for turn in zip_longest(*kinds.values()) for script in turn if script)
    return (*turns, *others)


def _result(fault: Fault, witness: Witness, begun: float) -> Result:
    return Result(
        fault=fault.id,
        family=fault.family,
        engine=witness.engine,
        seeds=1,
        found=int(witness.is_found),
        calls=witness.calls,
        creates=witness.creates,
        named=(*sorted(witness.named),),
        is_reached=witness.is_reached,
        seconds=time.process_time() - begun,
    )
