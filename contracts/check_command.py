"""The command ``wan-mock check``: does an API keep the contract?"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import click

from contracts.document import Contract, load
from contracts.events import Event, RuleBroken, RunFinished
from contracts.exchange import MAIN
from contracts.keys import Keys
from contracts.opening import Opening
from contracts.run import PROFILES, Plan, Profile, Run
from contracts.script import Script
from contracts.sweep.scripts import all_scripts
from contracts.target import Target, TargetError, look_at
from contracts.wire import HttpTransport, client_for

TIMEOUT_SECONDS = 30.0
FRESH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asks for: *rules* to be checked (all when empty) and *excluded* ones."""

    url: str
    api_key: str | None
    seed: int
    profile: Profile
    rules: tuple[str, ...]
    excluded: tuple[str, ...]
    is_trusted: bool
    control_token: str | None


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


LIVE = "a live API cannot be checked yet, and an emulator elsewhere needs --emulator or --control-token"


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
    wanted, unwanted = {*wishes.rules}, {*wishes.excluded}
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


def profile_of(name: str, time_limit: float | None) -> Profile:
    """Return the profile *name*, with another *time_limit* in seconds if one is given."""
    profile = PROFILES[name]
    return profile if time_limit is None else replace(profile, seconds=time_limit)


@click.command("check")
@click.argument("url")
@click.option(
    "--api-key",
    envvar="EMPIRIOLABS_API_KEY",
    help="The key to check with; a fresh account without one.",
)
@click.option(
    "--profile",
    type=click.Choice([*PROFILES]),
    default="default",
    show_default=True,
    help="How much is tried.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Decides what the state machine tries."
)
@click.option(
    "--rule", "rules", multiple=True, metavar="ID", help="Check this rule; several may be named."
)
@click.option(
    "--exclude-rule", "excluded", multiple=True, metavar="ID", help="Leave this rule out."
)
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Seconds in all."
)
@click.option(
    "--emulator", "is_trusted", is_flag=True, help="Control an emulator that is not on loopback."
)
@click.option(
    "--control-token", metavar="T", help="What the emulator's control interface asks for."
)
@click.pass_context
def check_command(
    context: click.Context, /, url: str, profile: str, time_limit: float | None, **wishes: object
) -> None:
    """Check whether the API at URL keeps the contract of Wan 2.6; exit 1 when it does not."""
    wanted = Wishes(url=url, profile=profile_of(profile, time_limit), **wishes)  # type: ignore[arg-type]
    is_broken = False
    for event in check(wanted, load()):
        if isinstance(event, RuleBroken):
            is_broken = is_broken or not event.failure.is_observed
            found = event.failure.verdict
            click.echo(
                f"{found.rule} {found.pointer}: expected {found.expected}, received {found.received}"
            )
        elif isinstance(event, RunFinished):
            click.echo(f"{event.calls} calls, {event.jobs} jobs, {event.seconds:.1f} s")
    context.exit(1 if is_broken else 0)
