"""Scripts as JSON, so that a failure can be kept in a file and shown again."""

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any

from contracts.errors import ContractError
from contracts.exchange import AUTHORIZATION, MAIN, Headers, Sent
from contracts.script import (
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Script,
    Sign,
    Step,
    Submit,
    Upload,
    Wait,
)


class ScriptError(ContractError):
    """What was read is no script; the message tells what is amiss."""


def to_json(script: Script) -> dict[str, Any]:
    """Return *script* as a JSON object; `from_json` makes the very same script of it."""
    steps = [_step_to_json(step) for step in script.steps]
    return {"name": script.name, "rules": [*script.rules], "steps": steps}


def from_json(found: Mapping[str, Any]) -> Script:
    """Return the script that `to_json` made *found* of.

    Raises:
        ScriptError: *found* is nothing that `to_json` makes.
    """
    try:
        return Script(
            name=str(found["name"]),
            rules=tuple(map(str, found["rules"])),
            steps=tuple(map(_step_from_json, found["steps"])),
        )
    except KeyError as error:
        raise ScriptError(f"not a script: {error} is missing or unknown") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ScriptError(f"not a script: {error}") from None


def body_to_json(body: bytes | None) -> dict[str, str] | None:
    """Return *body* as ``{"text": …}`` where it is UTF-8, as ``{"base64": …}`` where it is not."""
    if body is None:
        return None
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def body_from_json(found: Mapping[str, str] | None) -> bytes | None:
    """Return the body that `body_to_json` made *found* of.

    Raises:
        KeyError: it has neither text nor base64.
        ValueError: it is not base64.
    """
    if found is None:
        return None
    if "text" in found:
        return found["text"].encode()
    try:
        return base64.b64decode(found["base64"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"a body is no base64: {error}") from None


def _step_to_json(step: Step) -> dict[str, Any]:
    match step:
        case Submit():
            files = {"files": dict(step.files)} if step.files else {}
            told = {"fields": step.fields, "job": step.job, "key": step.key}
            return {"do": "submit", **told, **files}
        case OnJob():
            more = {"headers": _pairs(step.headers), "body": body_to_json(step.body)}
            told = {"do": step.operation, "job": step.job, "key": step.key}
            return told if step.body is None and not step.headers else told | more
        case Follow():
            key = {} if step.key == MAIN else {"key": step.key}
            pace = {"seconds": step.seconds, "most": step.most}
            return {"do": "follow", "job": step.job, **pace, **key}
        case Wait():
            return {"do": "wait", "seconds": step.seconds}
        case Download():
            return {
                "do": "download",
                "job": step.job,
                "method": step.method,
                "headers": _pairs(step.headers),
                "spoil": None if step.spoil is None else [*step.spoil],
                **({"signed": True} if step.signed else {}),
            }
        case _:
            return _other_to_json(step)


def _other_to_json(step: Upload | Sign | Control | Call) -> dict[str, Any]:
    match step:
        case Upload():
            return {
                "do": "upload",
                "content": body_to_json(step.content),
                "name": step.name,
                "content_type": step.content_type,
                "file": step.file,
                "key": step.key,
            }
        case Sign():
            return {"do": "sign", "of": step.of, "key": step.key}
        case Control():
            told = {"method": step.method, "path": step.path, "fields": step.fields}
            return {"do": "control", **told, "key": step.key}
        case _:
            job = {} if step.job is None else {"job": step.job}
            return {"do": "call", **_sent_to_json(step.sent), **job}


def _sent_to_json(sent: Sent) -> dict[str, Any]:
    return {
        "operation": sent.operation,
        "method": sent.method,
        "target": sent.target,
        "key": sent.key,
        "headers": _pairs(sent.headers),
        "body": body_to_json(sent.body),
        **({} if sent.key_header == AUTHORIZATION else {"key_header": sent.key_header}),
    }


def _pairs(headers: Headers) -> list[list[str]]:
    return [[*pair] for pair in headers]


def _headers(found: Any) -> Headers:
    return tuple((str(name), str(value)) for name, value in found)


def _step_from_json(found: Mapping[str, Any]) -> Step:
    match found["do"]:
        case "submit":
            files = dict(found.get("files", {}))
            fields = dict(found["fields"])
            return Submit(fields=fields, job=_text(found, "job"), key=_key(found), files=files)
        case "job" | "cancel" as operation:
            return OnJob(
                operation=operation,
                job=_text(found, "job"),
                key=_key(found),
                headers=_headers(found.get("headers", ())),
                body=body_from_json(found.get("body")),
            )
        case "follow":
            return Follow(
                job=_text(found, "job"),
                seconds=_seconds(found),
                most=int(found["most"]),
                key=_key(found),
            )
        case "wait":
            return Wait(seconds=_seconds(found))
        case "download":
            return _download(found)
        case _:
            return _other_from_json(found)


def _other_from_json(found: Mapping[str, Any]) -> Step:
    match found["do"]:
        case "upload":
            return Upload(
                content=body_from_json(found["content"]) or b"",
                name=_text(found, "name"),
                content_type=_text(found, "content_type"),
                file=_text(found, "file"),
                key=_key(found),
            )
        case "sign":
            return Sign(of=_text(found, "of"), key=_key(found))
        case "control":
            fields, key = dict(found["fields"]), _key(found) or MAIN
            return Control(
                method=_text(found, "method"), path=_text(found, "path"), fields=fields, key=key
            )
        case "call":
            job = _text(found, "job") if "job" in found else None
            return Call(_sent_from_json(found), job)
        case other:
            raise KeyError(other)


def _download(found: Mapping[str, Any]) -> Download:
    spoil = found["spoil"]
    return Download(
        job=_text(found, "job"),
        method=_text(found, "method"),
        headers=_headers(found["headers"]),
        spoil=None if spoil is None else (str(spoil[0]), str(spoil[1])),
        signed=bool(found.get("signed")),
    )


def _sent_from_json(found: Mapping[str, Any]) -> Sent:
    return Sent(
        operation=_text(found, "operation"),
        method=_text(found, "method"),
        target=_text(found, "target"),
        key=_key(found),
        headers=_headers(found["headers"]),
        body=body_from_json(found["body"]),
        key_header=_text(found, "key_header") if "key_header" in found else AUTHORIZATION,
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r} and no text")
    return value


def _key(found: Mapping[str, Any]) -> str | None:
    """Return the name of a key, None where the request has none; a step that does not tell has the main one."""
    name = found.get("key", MAIN)
    return None if name is None else _text({"key": name}, "key")


def _seconds(found: Mapping[str, Any]) -> float:
    seconds = found["seconds"]
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds < math.inf:
        raise ValueError(f"{seconds!r} is no number of seconds")
    return float(seconds) if isinstance(seconds, float) else int(seconds)
