"""The command ``wan-mock``: exit status 0 is fine, 1 failures found, 2 wrong usage or bad input."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from contracts.document import Contract, load
from contracts.errors import ContractError
from mock_server import __version__, tables
from mock_server.admission import is_loopback
from mock_server.app import create_app
from mock_server.clock import ClockMode
from mock_server.foreground import run_foreground
from mock_server.kit import kit_commands
from mock_server.options import settings_from, with_settings
from mock_server.problems import Problem
from mock_server.scenarios.catalogue import SCENARIOS
from mock_server.server import BindError, ThreadServer, exit_at_once
from mock_server.settings import FOR_SERVE, Settings, SettingsError
from mock_server.workers import EndedError, StartError

FOUND, WRONG, INTERRUPTED = 1, 2, 130
# OSError is also how an output without room ends.
_WRONG = (SettingsError, ContractError, BindError, StartError, OSError)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="wan-mock", message="%(prog)s %(version)s")
def cli() -> None:
    """An offline test double of the Wan 2.6 video API."""


@cli.command("serve")
@with_settings
def serve_command(**options: Any) -> None:
    """Run the emulator until it is stopped."""
    settings = settings_from(options)
    try:
        run_foreground(
            settings,
            on_ready=lambda url: click.echo(_welcome(url, settings)),
            say=_note,
        )
    except EndedError as error:
        click.echo(f"wan-mock: {error}", err=True)
        click.get_current_context().exit(FOUND)


@cli.command()
@with_settings
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="demo-output",
    show_default=True,
    help="Folder of the MP4.",
)
def demo(out: Path, **options: Any) -> None:
    """Do the main job once: submit the published example, wait, download its video."""
    # Decoding needs the media library, which no other command does.
    from mock_server.demo import DemoError, run_demo  # noqa: PLC0415

    settings = _in_this_process(options)
    if settings.clock == ClockMode.MANUAL:
        raise click.UsageError(
            "--clock manual never gets to the end by itself; real or skip would do"
        )
    try:
        run_demo(settings, out, click.echo, port=options["port"] or 0)
    except DemoError as error:
        click.echo(f"wan-mock: {error}", err=True)
        click.get_current_context().exit(FOUND)
    except OSError as error:
        raise click.ClickException(f"the demo could not run: {error}") from None


@cli.command("exec", context_settings={"allow_interspersed_args": False})
@with_settings
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="-- CMD…")
def exec_command(command: Sequence[str], **options: Any) -> None:
    """Run CMD with an emulator of its own, on any free port unless --port is given, and end as CMD does.

    EMPIRIOLABS_BASE_URL, EMPIRIOLABS_API_BASE and EMPIRIOLABS_API_KEY lead CMD to it; what its jobs would have
    cost is told at the end.
    """
    from mock_server.exec_command import NotRunError, run_with_emulator  # noqa: PLC0415

    if not command:
        raise click.UsageError("no command is named; wan-mock exec -- CMD… would do")
    settings = _in_this_process(options)
    say = partial(click.echo, err=True)
    try:
        status = run_with_emulator(settings, options["port"] or 0, command, say)
    except NotRunError as error:
        say(f"wan-mock: {error}")
        status = error.status
    click.get_current_context().exit(status)


@cli.command()
@click.argument("request_json", metavar="JSON|-")
@click.option(
    "--policy", metavar="NAME=VALUE", multiple=True, help="How an open question is answered."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def quote(request_json: str, policy: Sequence[str], *, as_json: bool) -> None:
    """Tell what a request costs and gives, offline; - reads it from standard input."""
    from mock_server.quoting import as_fields, as_text, estimate  # noqa: PLC0415 - serve does without

    contract = load()
    policies = _policies(contract, policy)
    raw = (
        sys.stdin.buffer.read()
        if request_json == "-"
        else request_json.encode("utf-8", "surrogateescape")
    )
    try:
        found = estimate(raw, contract, policies)
    except Problem as problem:
        for message in [broken.message for broken in problem.violations] or [problem.message]:
            click.echo(f"wan-mock: {message}", err=True)
        click.get_current_context().exit(WRONG)
    click.echo(json.dumps(as_fields(found)) if as_json else as_text(found))


@cli.command()
@click.option(
    "--format",
    "form",
    type=click.Choice([*tables.RULES]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("--scenarios", is_flag=True, help="List the scenarios instead.")
def rules(form: str, *, scenarios: bool) -> None:
    """List every rule of the contract: id, text, provenance, source, live mode, policy."""
    told = tables.SCENARIOS[form](SCENARIOS.values()) if scenarios else tables.RULES[form](load())
    click.echo(told)


for kit_command in kit_commands():
    cli.add_command(kit_command)


@contextmanager
def _emulator() -> Iterator[str]:
    """Lend an emulator to a command of the kit; give its root."""
    with ThreadServer(create_app(Settings())) as server:
        yield server.url


def main(
    arguments: Sequence[str] | None = None, *, leave: Callable[[int], object] = exit_at_once
) -> None:
    """Run the command with *arguments* (those of the process by default), then *leave* with its status."""
    leave(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status = cli.main(arguments, prog_name="wan-mock", standalone_mode=False, obj=_emulator)
    except click.exceptions.NoArgsIsHelpError as error:
        return _complain(error.format_message(), prefix="")
    except click.ClickException as error:
        return _complain(error.format_message())
    except _WRONG as error:
        return _complain(str(error))
    except click.Abort:
        return INTERRUPTED
    except SystemExit:
        # How click ends when whoever read its output has had enough of it.
        return 0
    return status if isinstance(status, int) else 0


def _policies(contract: Contract, chosen: Sequence[str]) -> Mapping[str, str]:
    try:
        return contract.policies_with(settings_from({"policy": chosen}).policies)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _in_this_process(options: Mapping[str, Any]) -> Settings:
    """Return the settings that *options* choose for an emulator in a thread of this process."""
    usual = Settings()
    # First of all: what these need themselves would not do here either.
    for name in FOR_SERVE:
        value = options[name]
        if value not in {None, getattr(usual, name)}:
            raise click.UsageError(f"--{name} {value} is for wan-mock serve; leave it out")
    return settings_from(options)


def _note(line: str) -> None:
    # Whoever read this may have gone; that is no reason to stop.
    with suppress(OSError):
        click.echo(f"wan-mock: {line}", err=True)


def _complain(message: str, *, prefix: str = "wan-mock: ") -> int:
    click.echo(f"{prefix}{message}", err=True)
    return WRONG


def _welcome(url: str, settings: Settings) -> str:
    at = url if settings.public_url is None else settings.public_url.rstrip("/")
    listening = url if at == url else f"{url} for {at}"
    lines = [
        f"wan-mock {__version__} at {listening} - stop it with Ctrl-C",
        "",
        f"curl {at}/v1/videos/generations \\",
        '  -H "Authorization: Bearer sk-empiriolabs-me" \\',
        '  -H "Content-Type: application/json" \\',
        """  -d '{"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}'""",
    ]
    is_open = settings.control_token is not None or is_loopback(settings.host)
    if settings.control and is_open:
        lines.insert(1, f"dashboard {url}/_mock/")
    elif settings.control:
        lines += ["", "/_mock is closed on this host: open it with --control-token."]
    return "\n".join(lines)
