"""The check of a target: an emulator, whose time and accounts are moved, or a live API."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from contracts.deadline import Deadline
from contracts.document import Contract
from contracts.events import Event, RuleBroken, RunFinished
from contracts.exchange import MAIN
from contracts.keys import Keys
from contracts.live.opening import live_events, plan_of
from contracts.live.plan import LivePlan
from contracts.opening import Opening
from contracts.run import Plan, Run
from contracts.script import Script
from contracts.site import assert_secret, site_at
from contracts.sweep.choice import fewest
from contracts.sweep.scripts import all_scripts
from contracts.target import Target, TargetError, assert_api, look_at, signs_of_life
from contracts.watched import Watched
from contracts.wire import HttpTransport, client_for
from contracts.wishes import Wishes

TIMEOUT_SECONDS = 30.0
LOOK_SECONDS = 5.0
# How long an answer of a live API may take: a video among them.
DOWNLOAD_SECONDS = 300.0
# An answer that is under way when the time is over gets so long.
GRACE_SECONDS = 1.0
NOT_ASKED_FOR = "it was not asked for"
FRESH_BYTES = 4
T = TypeVar("T")
Patience = Callable[[], float]


def check(wishes: Wishes, contract: Contract) -> Iterator[Event]:
    """Check the API that *wishes* name; yield what happens.

    Raises:
        UrlError: that is no URL of an API, or a key is none that can be sent.
        TargetError: it cannot be checked, or is gone in the middle of it.
        ControlError: it is an emulator that does not let itself be controlled.
        ContractError: a rule that the contract does not have.
    """
    _assert_rules(wishes, contract)
    _assert_secrets(wishes)
    site = site_at(wishes.url, api_key=wishes.api_key, timeout=LOOK_SECONDS)
    key = wishes.api_key or f"{contract.api.key_prefix}check-{secrets.token_hex(FRESH_BYTES)}"
    deadline = Deadline(wishes.profile.seconds)
    with client_for(timeout=TIMEOUT_SECONDS) as client:

        def connect(keys: Keys, patience: Patience) -> HttpTransport:
            token = wishes.control_token
            return HttpTransport(client, site.url, keys, control_token=token, patience=patience)

        def watched(patience: Patience) -> Callable[[Keys], Watched]:
            signs = signs_of_life(contract)
            return lambda keys: Watched(connect(keys, patience), site.url, signs)

        def within(seconds: float) -> Patience:
            return lambda: min(seconds, max(deadline.left(), GRACE_SECONDS))

        first = connect(Keys({MAIN: key}), within(LOOK_SECONDS))
        is_trusted = wishes.is_trusted or wishes.control_token is not None
        target = look_at(first, site.url, is_trusted=is_trusted)
        if target.policies is None:
            assert_api(first, site.url, contract)
            asked = replace(wishes, url=site.url)
            events = live_events(asked, contract, watched(lambda: DOWNLOAD_SECONDS))
        else:
            patient = watched(within(TIMEOUT_SECONDS))
            opening = Opening(contract, key, patient, target.policies, is_over=deadline.is_over)
            plan = _plan(wishes, contract, target)
            events = Run(contract, plan, opening.open, deadline=deadline).events()
        yield from _of_rules(events, wishes)


def planned(wishes: Wishes, contract: Contract) -> LivePlan:
    """Return what the check that *wishes* ask for would do to a live API; nothing is sent.

    Raises:
        ContractError: a rule that the contract does not have.
    """
    _assert_rules(wishes, contract)
    return plan_of(wishes, contract)


def _assert_secrets(wishes: Wishes) -> None:
    secrets_ = {"the other key": wishes.other_api_key, "the control token": wishes.control_token}
    for what, text in secrets_.items():
        if text is not None:
            assert_secret(what, text)


def _assert_rules(wishes: Wishes, contract: Contract) -> None:
    for rule in (*wishes.rules, *wishes.excluded):
        if rule not in contract.rules:
            raise TargetError(f"{rule!r} is not a rule of the contract; wan-mock rules lists them")


def _plan(wishes: Wishes, contract: Contract, target: Target) -> Plan:
    assert target.policies is not None
    scripts = _chosen(all_scripts(contract, target.policies), wishes)
    if wishes.profile.is_brief:
        scripts = fewest(scripts, contract, target.policies)
    return Plan(
        target=target.url,
        is_emulator=target.is_emulator,
        scripts=scripts,
        profile=wishes.profile,
        seed=wishes.seed,
        known=wishes.known,
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
    """Yield *events* without failures of rules that were not asked for; such rules count as not checked."""

    def is_asked_for(rule: str) -> bool:
        return rule not in wishes.excluded and (not wishes.rules or rule in wishes.rules)

    for event in events:
        if isinstance(event, RuleBroken):
            if is_asked_for(event.failure.verdict.rule):
                yield event
        elif isinstance(event, RunFinished):
            yield _narrowed(event, is_asked_for)
        else:
            yield event


def _narrowed(finished: RunFinished, is_asked_for: Callable[[str], bool]) -> RunFinished:
    rules = finished.accepting.keys() | finished.refusing.keys() | finished.not_checked.keys()
    left_out = {rule: NOT_ASKED_FOR for rule in sorted(rules) if not is_asked_for(rule)}

    def kept(by_rule: Mapping[str, T]) -> dict[str, T]:
        return {rule: told for rule, told in by_rule.items() if is_asked_for(rule)}

    return replace(
        finished,
        accepting=kept(finished.accepting),
        refusing=kept(finished.refusing),
        not_checked=kept(finished.not_checked) | left_out,
        samples=kept(finished.samples),
    )
