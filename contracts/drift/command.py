"""The command ``wan-mock drift``: what an API publishes about itself, against the contract document."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from contracts.document import Contract, load
from contracts.drift.drift import drift
from contracts.drift.errors import LookError
from contracts.drift.looking import look
from contracts.drift.observed import read_report
from contracts.drift.report import FORMATS
from contracts.passing import ACCOUNT, CLOCK
from contracts.site import Site, site_at
from contracts.target import EMULATOR, is_on_loopback

TIMEOUT_SECONDS = 10.0
# An account that nobody works with, whose policies are those of the server.
ACCOUNT_NAME = "wan-mock-drift"


@click.command("drift", short_help="Compare what an API publishes with the contract document.")
@click.argument("url")
@click.option(
    "--observed",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="REPORT.JSON",
    help="What wan-mock check observed; of an emulator, of a live API, or one of each.",
)
@click.option("--api-key", envvar="EMPIRIOLABS_API_KEY", help="The key, sent to URL alone.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=TIMEOUT_SECONDS,
    show_default=True,
    help="Seconds for each look.",
)
@click.pass_context
def drift_command(
    context: click.Context,
    /,
    url: str,
    observed: tuple[Path, ...],
    api_key: str | None,
    form: str,
    timeout: float,
) -> None:
    """Compare what the API at URL publishes with the contract document.

    Looks at the card of each model, the list of models and, where it is served, the OpenAPI document. Exits with 1 when
    something drifted, and when something could not be looked at.
    """
    runs = [read_report(path) for path in observed]
    site = site_at(url, api_key=api_key or None, timeout=timeout)
    contract = load()
    found = drift(contract, partial(look, site), policies=_policies(site, contract), runs=runs)
    click.echo(FORMATS[form](found, site.url))
    context.exit(0 if found.is_clean else 1)


def _policies(site: Site, contract: Contract) -> Mapping[str, str] | None:
    """Return the policies of *site* if it is an emulator on this machine, else None.

    Nobody else is asked for what a live API does not have.
    """
    if not is_on_loopback(site.url):
        return None
    without_key = replace(site, api_key=None)
    try:
        clock = look(without_key, f"{CLOCK}?account={ACCOUNT_NAME}")
        account = look(without_key, f"{ACCOUNT}?account={ACCOUNT_NAME}")
    except LookError:
        return None
    if not isinstance(clock, dict) or clock.get("emulator") != EMULATOR:
        return None
    told = account.get("policies") if isinstance(account, dict) else None
    chosen = told.items() if isinstance(told, dict) else ()
    return {
        name: value
        for name, value in chosen
        if name in contract.policies and value in contract.policies[name].values
    }
