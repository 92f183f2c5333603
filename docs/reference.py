"""The reference of commands, settings and API, from the code and the contract document."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields as fields_of
from typing import Any

import click

from contracts.document import Contract
from docs.markdown import code, codes, table
from mock_server.catalogue import card
from mock_server.cli import cli
from mock_server.options import PRESETS
from mock_server.settings import Settings

WIDTH = 88

# The fields of `Settings` that an option of another name sets.
RENAMED: Mapping[str, str] = {"policy": "policies", "no_control": "control"}
# Options that set no field.
NO_FIELD: Mapping[str, str] = {"config": "none", "preset": "`dev`", "no_control": "off"}
# How the help of an option tells its default.
TOLD_DEFAULT = re.compile(r" \(([^():]+)\)\.$")

ONLY_IN_PYTHON: Mapping[str, str] = {
    "documents": "Further contract documents, each a model of its own.",
    "media_cache_bytes": "Memory for clips that videos are put together from.",
    "product_bytes": "How much an account may keep on disk for its videos.",
}

# When each error comes, and what a client does about it.
ERRORS: Mapping[str, tuple[str, str]] = {
    "invalid_request": ("The request breaks a rule; `details` names each.", "Mend the request."),
    "missing_api_key": ("No key was sent.", "Send one."),
    "invalid_api_key": ("The key has a wrong form, or is not known.", "Send another."),
    "insufficient_credits": (
        "The price is more than the balance; no job was made.",
        "Top up, or ask for less.",
    ),
    "url_expired": (
        "The video's URL is older than seven days.",
        "Get a fresh one: `GET /v1/files/sign`.",
    ),
    "invalid_signature": ("Something in the video's URL was changed.", "Use it as it came."),
    "host_not_allowed": (
        "A control call came by a name that is not the emulator's.",
        "Use localhost, `--host` or `--public-url`.",
    ),
    "cross_site_request": (
        "A page of another site tried to control the emulator.",
        "Nothing; this is meant.",
    ),
    "model_not_found": ("There is no such model.", "Mend `model`."),
    "job_not_found": (
        "The job is unknown, forgotten, or of another account.",
        "Stop polling; the job will not come back.",
    ),
    "not_found": ("The path, file or fault does not exist.", "Mend the path."),
    "method_not_allowed": ("The path exists with another method.", "See `Allow`."),
    "request_too_large": ("The body is over its limit.", "Send media by URL, or smaller."),
    "unsupported_media_type": ("The body is not sent as JSON.", "Set `Content-Type`."),
    "range_not_satisfiable": (
        "`Range` begins beyond the end of the file.",
        "The file is whole already; `Content-Range` has its size.",
    ),
    "rate_limit_exceeded": (
        "More requests than the account may send in a minute.",
        "Wait as long as `Retry-After` says, then repeat.",
    ),
    "internal_error": (
        "Something broke; in the emulator only in scenarios.",
        "Repeat, with backoff.",
    ),
    "upstream_error": (
        "The provider failed; most often as the `error` of a failed job.",
        "Read the message; submit again only if the cause may pass.",
    ),
    "model_unavailable": ("The model is not there for a moment.", "Repeat, with backoff."),
}


def commands() -> str:
    """Return the help of every command, as a terminal shows it."""
    return "\n\n".join(
        f"## {path}\n\n```text\n$ {path} --help\n{text}\n```"
        for path, text in _helps(cli, "wan-mock")
    )


def _helps(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        info_name=path,
        terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    yield path, command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _helps(inner, f"{path} {name}")


def settings() -> str:
    """Return every option of ``serve``: as a flag, in the environment and in the file, with default and meaning."""
    rows = (
        (
            code(option.opts[0]),
            code(option.envvar),
            code(option.opts[0].removeprefix("--")),
            _default_of(option),
            f"{TOLD_DEFAULT.sub('.', str(option.help))}{_choices(option)}",
        )
        for option in _options()
    )
    return table(("flag", "environment", "in the file", "default", "meaning"), rows)


def _options() -> list[click.Option]:
    return [option for option in cli.commands["serve"].params if isinstance(option, click.Option)]


def _choices(option: click.Option) -> str:
    if not isinstance(option.type, click.Choice):
        return ""
    return f" One of {codes(option.type.choices)}."


def _default_of(option: click.Option) -> str:
    """Return the default of *option*: that of its setting, or in words where that is nothing."""
    name = str(option.name)
    if name in NO_FIELD:
        return NO_FIELD[name]
    told = TOLD_DEFAULT.search(str(option.help))
    field = _fields()[RENAMED.get(name, name)]
    return told[1] if told and field.default is None else _default(field)


def _default(field: "Field[Any]") -> str:
    if field.default is MISSING or field.default in (None, ()):
        return "none"
    return code(field.default)


def _fields() -> dict[str, "Field[Any]"]:
    return {field.name: field for field in fields_of(Settings)}


def python_settings() -> str:
    """Return the settings that no option sets."""
    known = {RENAMED.get(str(option.name), str(option.name)) for option in _options()}
    alone = [field for name, field in _fields().items() if name not in known]
    assert {field.name for field in alone} == ONLY_IN_PYTHON.keys()
    rows = ((code(field.name), _default(field), ONLY_IN_PYTHON[field.name]) for field in alone)
    return table(("setting", "default", "meaning"), rows)


def presets() -> str:
    """Return what each preset sets."""
    rows = (
        (
            code(name),
            codes(f"--{option} {_told(value)}" for option, value in preset.items()) or "nothing",
        )
        for name, preset in PRESETS.items()
    )
    return table(("preset", "sets"), rows)


def _told(value: object) -> object:
    return "(the contract's own)" if value is None else value


def operations(contract: Contract) -> str:
    """Return every operation of the API."""
    rows = (
        (
            code(f"{operation.method} {operation.path}"),
            operation.summary,
            operation.key,
            str(operation.status),
            codes(query.name for query in operation.query),
            operation.provenance,
        )
        for operation in contract.api.operations.values()
    )
    return table(("operation", "does", "key", "answers", "query", "provenance"), rows)


def fields(contract: Contract) -> str:
    """Return every field of a submission."""
    model = contract.models["wan-2-6"]
    published = {parameter["name"] for parameter in card(model)["supported_parameters"]}
    rows = (
        (
            code(name),
            _type(field),
            "required" if name in model.schema["required"] else _json_default(field),
            _meaning(field),
            code(field["x-rule"]) if "x-rule" in field else "",
            "yes" if name in published else "no",
        )
        for name, field in model.properties.items()
    )
    return table(("field", "type", "default", "meaning", "rule", "on the model's page"), rows)


def sizes(contract: Contract) -> str:
    """Return the size of the video for each resolution and aspect ratio."""
    by_resolution = contract.models["wan-2-6"].output.sizes
    ratios = [*next(iter(by_resolution.values()))]
    rows = (
        (ratio, *("{}x{}".format(*by_ratio[ratio]) for by_ratio in by_resolution.values()))
        for ratio in ratios
    )
    return table(("aspect ratio", *by_resolution), rows)


def errors(contract: Contract) -> str:
    """Return the error table."""
    kinds = contract.api.errors
    assert kinds.keys() == ERRORS.keys(), kinds.keys() ^ ERRORS.keys()
    rows = (
        (str(kind.status), code(kind.code), code(kind.type), *ERRORS[kind.code], kind.provenance)
        for kind in kinds.values()
    )
    return table(("status", "code", "type", "when", "what to do", "provenance"), rows)


def _type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return codes(field["enum"])
    if field.get("not") == {}:
        return "refused"
    if "minimum" in field:
        return f"{field['type']}, {field['minimum']} to {field['maximum']}"
    if field.get("type") == "array":
        return "array of strings"
    return str(field.get("type", "anything"))


def _json_default(field: Mapping[str, Any]) -> str:
    return code(json.dumps(field["default"])) if "default" in field else ""


def _meaning(field: Mapping[str, Any]) -> str:
    most = field.get("x-truncated-at")
    cut = f" The provider looks at the first {most} characters." if most else ""
    return f"{field['description']}{cut}"
