"""The command ``wan-mock check``: does an API keep the contract?"""

from dataclasses import replace

import click

from contracts.check import check
from contracts.document import load
from contracts.events import RuleBroken, RunFinished
from contracts.run import PROFILES, Profile
from contracts.wishes import Wishes


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
