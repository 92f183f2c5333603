"""The check of a target: an emulator, whose time and accounts are moved, or a live API."""

import secrets
from collections.abc import Iterable, Iterator, Sequence

from contracts.document import Contract
from contracts.events import Event, RuleBroken
from contracts.exchange import MAIN
from contracts.keys import Keys
from contracts.opening import Opening
from contracts.run import Plan, Run
from contracts.script import Script
from contracts.sweep.scripts import all_scripts
from contracts.target import Target, TargetError, look_at
from contracts.wire import HttpTransport, client_for
from contracts.wishes import Wishes

TIMEOUT_SECONDS = 30.0
FRESH_BYTES = 4
LIVE = "a live API cannot be checked yet, and an emulator elsewhere needs --emulator or --control-token"


def check(wishes: Wishes, contract: Contract) -> Iterator[Event]:
    """Check the API that *wishes* name; yield what happens.

    Raises:
        TargetError: it cannot be checked.
        ControlError: it is an emulator that does not let itself be controlled.
        ContractError: a rule that the contract does not have.
    """
    _known(contract, (*wishes.rules, *wishes.excluded))
    key = wishes.api_key or f"{contract.api.key_prefix}check-{secrets.token_hex(FRESH_BYTES)}"
    with client_for(timeout=TIMEOUT_SECONDS) as client:

        def connect(keys: Keys) -> HttpTransport:
            return HttpTransport(client, wishes.url, keys, control_token=wishes.control_token)

        target = look_at(connect(Keys({MAIN: key})), wishes.url, is_trusted=wishes.is_trusted)
        if target.policies is None:
            raise TargetError(f"{wishes.url} is no emulator that may be controlled; {LIVE}")
        opening = Opening(contract, key, connect, target.policies)
        run = Run(contract, _plan(wishes, contract, target), opening.open)
        yield from _of_rules(run.events(), wishes)


def _known(contract: Contract, rules: Iterable[str]) -> None:
    for rule in rules:
        if rule not in contract.rules:
            raise TargetError(f"{rule!r} is not a rule of the contract; wan-mock rules lists them")


def _plan(wishes: Wishes, contract: Contract, target: Target) -> Plan:
    assert target.policies is not None
    scripts = all_scripts(contract, target.policies)
    return Plan(
        target=target.url,
        is_emulator=target.is_emulator,
        scripts=_chosen(scripts, wishes),
        profile=wishes.profile,
        seed=wishes.seed,
    )


def _chosen(scripts: Sequence[Script], wishes: Wishes) -> list[Script]:
    """Return the scripts that exercise a wanted rule; all, where one is exercised by the way only."""
    wanted, unwanted = {*wishes.rules}, {*wishes.excluded}
    if not wanted.issubset(rule for script in scripts for rule in script.rules):
        wanted = set()
    return [
        script
        for script in scripts
        if (not wanted or wanted.intersection(script.rules))
        and not unwanted.issuperset(script.rules)
    ]


def _of_rules(events: Iterator[Event], wishes: Wishes) -> Iterator[Event]:
    """Yield *events* without failures of rules that were not asked for."""
    for event in events:
        if isinstance(event, RuleBroken):
            rule = event.failure.verdict.rule
            if rule in wishes.excluded or (wishes.rules and rule not in wishes.rules):
                continue
        yield event
