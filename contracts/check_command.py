"""The command ``wan-mock check``: does an API keep the contract?"""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from contracts.baseline import compared, read_baseline
from contracts.check import check, planned
from contracts.document import load
from contracts.dollars import Dollars
from contracts.live.plan import lines
from contracts.outcome import is_bad
from contracts.outputs import FORMATS, Outputs
from contracts.run import PROFILES, Profile
from contracts.termination import terminating
from contracts.wishes import LEDGER, Wishes


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
@click.option("--other-api-key", metavar="K", help="A key of another account of a live API.")
@click.option(
    "--max-cost",
    type=Dollars(),
    default="0",
    show_default=True,
    metavar="USD",
    help="What a live API may cost at the very most.",
)
@click.option(
    "--ledger",
    type=click.Path(dir_okay=False, path_type=Path),
    default=LEDGER,
    show_default=True,
    metavar="FILE",
    help="Where that is counted.",
)
@click.option(
    "--plan",
    "is_plan",
    is_flag=True,
    help="Print what a live API would get, and what it could cost; send nothing.",
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
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="REPORT.JSON",
    help="Failures that are known; one that is gone fails the run.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep what was seen of rules that nobody vouches for.",
)
@click.option(
    "--report-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write report.html, report.json, junit.xml, exchanges.har and replays there.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.pass_context
def check_command(
    context: click.Context,
    /,
    url: str,
    profile: str,
    time_limit: float | None,
    baseline: Path | None,
    is_plan: bool,  # noqa: FBT001 - a flag of the command line
    **chosen: Any,
) -> None:
    """Check whether the API at URL keeps the contract of Wan 2.6; exit 1 when it does not."""
    contract, at = load(), datetime.now(UTC)  # noqa: TID251 - a report tells the time of its reader
    outputs = Outputs(**{option.name: chosen.pop(option.name) for option in fields(Outputs)})
    known = () if baseline is None else read_baseline(baseline)
    wishes = Wishes(
        url=url,
        profile=profile_of(profile, time_limit),
        time_limit=time_limit,
        known=tuple(one.script for one in known),
        **chosen,
    )
    if is_plan:
        click.echo("\n".join(lines(planned(wishes, contract))))
        return
    events = check(wishes, contract)
    if baseline is not None:
        events = compared(events, known)
    with terminating():
        context.exit(1 if is_bad(outputs.of(events, contract, at)) else 0)
