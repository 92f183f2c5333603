"""What is done to a live API, in which order, and what it may cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from contracts.document import Contract
from contracts.exchange import json_request
from contracts.live import tiers
from contracts.live.selection import Selection, spelled_out
from contracts.model import MICROS
from contracts.money.exposure import dearest, exposure
from contracts.script import Script, Submit
from contracts.sweep.scripts import all_scripts

ALONE = "another account's jobs were not asked for: --other-api-key gives a key to ask with"
# How many requests that break the same rule are sent.
MOST = {"smoke": 1, "default": 8, "deep": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """*scripts* of one kind. *accepts* tells that they make jobs, which are all submitted before they are looked at.

    *exposure* is what is reserved at the worst, in micro-dollars: for all of them together where they make jobs,
    for each in turn where they are refused.
    """

    name: str
    scripts: tuple[Script, ...]
    exposure: int
    accepts: bool = False

    @property
    def calls(self) -> int:
        """How many calls are made; of polls until a job ends only the first counts."""
        return sum(len(script.steps) for script in self.scripts)

    def about(self, rules: frozenset[str], contract: Contract) -> "Phase":
        """Return what of this phase is about any of *rules*; of what makes jobs, the cheapest that is about each."""
        found = [script for script in self.scripts if not rules.isdisjoint(script.rules)]
        if not self.accepts:
            return replace(self, scripts=(*found,))
        chosen: list[Script] = []
        for script in sorted(found, key=lambda one: list_price(one, contract)):
            known = {rule for one in chosen for rule in one.rules}
            if not rules.intersection(script.rules) <= known:
                chosen.append(script)
        return _paid(self.name, [script for script in found if script in chosen], contract)

    @property
    def jobs(self) -> int:
        """How many jobs are made."""
        steps = [step for script in self.scripts for step in script.steps]
        return sum(isinstance(step, Submit) for step in steps) if self.accepts else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePlan:
    """The *phases* of a check of the API at *url*, in their order, within a budget of *max_cost* micro-dollars.

    *notes* tell what is left out.
    """

    url: str
    profile: str
    phases: tuple[Phase, ...]
    max_cost: int
    notes: tuple[str, ...] = ()

    def about(self, rules: frozenset[str], contract: Contract) -> "LivePlan":
        """Return what of this plan is about any of *rules*."""
        if rules.issuperset(contract.rules):
            return self
        phases = (*(phase.about(rules, contract) for phase in self.phases),)
        return replace(self, phases=phases)

    @property
    def worst(self) -> int:
        """What may be spent at the worst at any moment, in micro-dollars, if the API keeps its word."""
        paid = sum(phase.exposure for phase in self.phases if phase.accepts)
        refused = max(phase.exposure for phase in self.phases if not phase.accepts)
        return min(self.max_cost, paid + refused)

    @property
    def scripts(self) -> int:
        """How many scripts there are."""
        return sum(len(phase.scripts) for phase in self.phases)


def plan(contract: Contract, url: str, profile: str, max_cost: int, *, has_other: bool) -> LivePlan:
    """Return what *profile* does to the API at *url*: what is free, what must be refused, the jobs, what is in doubt.

    Jobs beyond those of the price tiers come last: a small budget does not reach them.
    """
    sweep = all_scripts(contract, contract.policies_with({}))
    chosen = Selection(contract, sweep, MOST[profile])
    most = dearest(contract)
    phases = (
        Phase(name="free", scripts=(*chosen.free(),), exposure=0),
        Phase(name="refusals", scripts=(*chosen.refused(),), exposure=most),
        _paid("jobs", tiers.scripts(contract, has_other=has_other), contract),
        Phase(name="doubtful refusals", scripts=(*chosen.doubtful(),), exposure=most),
        _paid("observed jobs", chosen.observed(), contract),
    )
    notes = () if has_other else (ALONE,)
    return LivePlan(url=url, profile=profile, phases=phases, max_cost=max_cost, notes=notes)


def list_price(script: Script, contract: Contract) -> int:
    """Return what the jobs of *script* cost at list price, in micro-dollars."""
    path = contract.api.operations["submit"].path
    return sum(
        exposure(json_request("submit", "POST", path, spelled_out(step)), contract)
        for step in script.steps
        if isinstance(step, Submit)
    )


def _paid(name: str, scripts: Iterable[Script], contract: Contract) -> Phase:
    found = (*scripts,)
    exposure = sum(list_price(script, contract) for script in found)
    return Phase(name=name, scripts=found, exposure=exposure, accepts=True)


def lines(plan: LivePlan) -> Iterator[str]:
    """Yield *plan* as a person reads it."""
    yield f"{plan.url}, profile {plan.profile}: nothing was sent. As a live API it would get"
    left = plan.max_cost
    for phase in plan.phases:
        yield f"  {phase.name:<19}{phase.calls:>5} calls  {_costs(phase)}{_left_out(phase, left)}"
        left -= min(left, phase.exposure) if phase.accepts else 0
    yield f"At no moment more than US$ {_dollars(plan.worst)} could be spent."
    yield "Polls of running jobs are not counted: one every few seconds until each ends."


def _costs(phase: Phase) -> str:
    if not phase.exposure:
        return "that cost nothing"
    if phase.accepts:
        return f"for {phase.jobs} jobs, US$ {_dollars(phase.exposure)} at list price"
    return f"that cost nothing when refused; US$ {_dollars(phase.exposure)} is reserved for each"


def _left_out(phase: Phase, left: int) -> str:
    """Return what of *phase* is not done with the micro-dollars that are *left* of the budget, at list price."""
    if phase.exposure <= left:
        return ""
    return f"; the budget does not cover {'all' if phase.accepts else 'any'}"


def _dollars(micros: int) -> str:
    return f"{Decimal(micros) / MICROS:.4f}"
