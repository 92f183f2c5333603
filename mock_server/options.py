"""The command line's settings: from flags, the environment and a TOML file, in that order."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from mock_server.clock import ClockMode
from mock_server.settings import LOG_FORMATS, SERVERS, UNLIMITED, Settings, SettingsError

Command = TypeVar("Command", bound=Callable[..., Any])

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "dev": {},
    "ci": {"clock": ClockMode.SKIP.value, "balance": UNLIMITED},
    "live-like": {"latency": "realistic", "clock": ClockMode.REAL.value, "rpm": None},
}


def with_settings(command: Command) -> Command:
    """Give *command* the options of ``serve``; it receives them as keywords for `settings_from`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_from(options: Mapping[str, Any]) -> Settings:
    """Return the settings that *options* choose, as `with_settings` hands them over.

    Raises:
        click.ClickException: a file that cannot be read, or a value that cannot be.
    """
    given = {name: value for name, value in options.items() if value not in {None, ()}}
    chosen = {**PRESETS[given.pop("preset", "dev")], **given}
    if "policy" in chosen:
        chosen["policies"] = dict(map(_policy, chosen.pop("policy")))
    if "keys" in chosen:
        chosen["keys"] = _keys(chosen["keys"])
    if chosen.pop("no_control", False):
        chosen["control"] = False
    try:
        return Settings(**chosen)
    except SettingsError as error:
        raise click.UsageError(str(error)) from None


def _policy(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--policy {text!r} has no '='; NAME=VALUE would do")
    return name, value


def _keys(path: Path) -> frozenset[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--keys {path}: cannot be read: {error}") from None
    keys = frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if not keys:
        raise click.UsageError(f"--keys {path}: has no key; one a line would do")
    return keys


def _read_config(context: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Take the file's values as defaults of the options."""
    if path is None:
        return
    import tomllib  # noqa: PLC0415 - without a file nobody needs it

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"--config {path}: cannot be read: {error}") from None
    values = {name.replace("-", "_"): value for name, value in raw.items()}
    known = {parameter.name: parameter for parameter in context.command.params}
    for name, value in values.items():
        if name not in known:
            raise click.UsageError(
                f"--config {path}: {name!r} is not a setting of {context.command.name}"
            )
        if isinstance(known[name].type, click.Path) and not isinstance(value, str):
            raise click.UsageError(f"--config {path}: {name} = {value!r} is not a path")
    if isinstance(policies := values.get("policy"), dict):
        values["policy"] = [f"{name}={value}" for name, value in policies.items()]
    context.default_map = values


def _option(flag: str, text: str, **more: Any) -> Callable[[Command], Command]:
    variable = "WAN_MOCK_" + flag.removeprefix("--").replace("-", "_").upper()
    return click.option(flag, help=text, envvar=variable, **more)


_OPTIONS: list[Callable[[Any], Any]] = [
    _option(
        "--config",
        "TOML file with any of these options; flag beats environment beats file.",
        type=click.Path(path_type=Path),
        is_eager=True,
        expose_value=False,
        callback=_read_config,
    ),
    _option("--preset", "A set of defaults.", type=click.Choice([*PRESETS])),
    _option("--host", "Address to listen on (127.0.0.1)."),
    _option("--port", "Port to listen on (8026); 0 means any free one.", type=int),
    _option("--seed", "Decides ids, latencies and signatures (0).", type=int),
    _option(
        "--latency",
        "How long jobs take: quick, realistic, instant, or seconds.",
        metavar="PROFILE|SECONDS",
    ),
    _option(
        "--clock",
        "How accounts' clocks run (real).",
        type=click.Choice([mode.value for mode in ClockMode]),
    ),
    _option("--balance", "Dollars of a new account, or unlimited (1000).", metavar="USD|unlimited"),
    _option("--rpm", "Requests a minute for each account (0: any number).", type=int),
    _option(
        "--policy",
        "How an open question is answered; see wan-mock rules.",
        metavar="NAME=VALUE",
        multiple=True,
    ),
    _option(
        "--public-url", "Where clients reach the emulator, for the URLs of videos.", metavar="URL"
    ),
    _option(
        "--keys",
        "File of the only keys that are let in, one a line.",
        type=click.Path(path_type=Path),
    ),
    _option("--control-token", "What x-mock-token must be for /_mock.", metavar="TOKEN"),
    _option("--no-control", "Take /_mock away.", is_flag=True, default=None),
    _option("--cors", "Origin whose pages may call the API (none).", metavar="ORIGIN"),
    _option(
        "--media-folder",
        "Where files that users send are kept while it runs, not for sqlite:FILE, which has FILE-files (the temporary folder).",
        type=click.Path(path_type=Path),
    ),
    _option("--journal-entries", "Requests remembered of each account (1000).", type=int),
    _option("--journal-bytes", "Memory for them, in bytes (8 MiB).", type=int),
    _option(
        "--log-format",
        "Write a line about each request to standard error (none).",
        type=click.Choice(LOG_FORMATS),
    ),
    _option(
        "--state",
        "Where accounts are kept: memory, sqlite:FILE (outlives the process), redis://HOST:PORT/NUMBER.",
        metavar="PLACE",
    ),
    _option(
        "--workers",
        "Processes that answer (1); several need a --state that they share.",
        type=int,
    ),
    _option(
        "--server",
        "What reads HTTP (uvicorn); granian is an extra, and cuts no connections.",
        type=click.Choice(SERVERS),
    ),
    _option(
        "--drain",
        "How long open connections may go on after SIGTERM, behind a proxy (0).",
        metavar="SECONDS",
        type=float,
    ),
    _option("--max-body", "Largest JSON body in bytes (the contract's own).", type=int),
]
