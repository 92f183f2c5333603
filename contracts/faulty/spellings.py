"""Which fields there are: required ones, defaults, other names, unknown ones, and what is too long."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.faulty.combining import submissions
from contracts.faulty.fault import Fault
from contracts.faulty.message import Fields
from contracts.model import Model

FAMILY = "fields"
EXTRA = ("REQ-EXTRA",)
# Nothing that the API answers depends on these.
UNSEEN = ("shot_type", "prompt_extend", "negative_prompt")
# What a wrong default shows in, besides the rule of the field.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "mode": ("MODE-AUTO",),
    "duration": ("PRICE-SECONDS", "OUT-DURATION"),
    "aspect_ratio": ("OUT-SIZE",),
    "audio": ("OUT-AUDIO",),
}


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of the fields of *model*."""
    for name in model.schema["required"]:
        yield _needless(name, model)
    for name, default in model.defaults.items():
        if name not in UNSEEN:
            yield _other_default(name, default, model)
    for alias, name in model.aliases.items():
        yield from _alias(alias, name, model)
    unsupported = [name for name, schema in model.properties.items() if "not" in schema]
    for name in unsupported:
        yield _fault(
            f"{name}-ignored",
            EXTRA,
            f"{name} is ignored, and not refused.",
            _without(name),
        )
    yield from _extra(unsupported[0], model)
    for name, schema in model.properties.items():
        if "x-truncated-at" in schema:
            yield _too_long(name, schema["x-truncated-at"], schema["x-rule"])
    yield from _prompts()


def _prompts() -> Iterator[Fault]:
    yield _fault(
        "prompt-over-4096-bytes",
        ("REQ-PROMPT-LENGTH", "REQ-PROMPT"),
        "A prompt of more than 4096 bytes is refused.",
        lambda fields: (
            {**fields, "prompt": 0} if len(str(fields.get("prompt")).encode()) > 4096 else None
        ),
    )
    yield _fault(
        "prompt-blank-beyond-ascii",
        ("REQ-PROMPT",),
        "A prompt of blanks that ASCII has not is accepted.",
        lambda fields: (
            {**fields, "prompt": "something"}
            if str(fields.get("prompt")).isspace() and not str(fields["prompt"]).isascii()
            else None
        ),
    )
    yield _fault(
        "prompt-blank",
        ("REQ-PROMPT",),
        "A blank prompt is accepted.",
        lambda fields: (
            {**fields, "prompt": "something"} if str(fields.get("prompt")).isspace() else None
        ),
    )


def _fault(
    id_: str, rules: tuple[str, ...], text: str, change: Callable[[Fields], Fields | None]
) -> Fault:
    return Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=submissions(change))


def _needless(name: str, model: Model) -> Fault:
    stand_in = model.id if name == "model" else "something"
    return _fault(
        f"{name}-not-needed",
        (model.properties[name]["x-rule"],),
        f"A submission without {name} is accepted.",
        lambda fields: {name: stand_in, **fields},
    )


def _other_default(name: str, default: Any, model: Model) -> Fault:
    other = _another(default, model.properties[name])
    names = {name, *(alias for alias, real in model.aliases.items() if real == name)}
    prices = tuple(rate.rule for rate in model.rates)
    return _fault(
        f"{name}-default-{other}".lower(),
        (model.properties[name]["x-rule"], *SHOWN.get(name, ()), *prices),
        f"Without a {name} it is {other}, not {default}.",
        lambda fields: None if names & fields.keys() else {**fields, name: other},
    )


def _too_long(name: str, most: int, rule: str) -> Fault:
    return _fault(
        f"{name}-over-{most}",
        ("REQ-PROMPT-LENGTH", rule),
        f"A {name} of more than {most} characters is refused.",
        lambda fields: {**fields, name: 0} if len(str(fields.get(name, ""))) > most else None,
    )


def _another(default: Any, schema: Mapping[str, Any]) -> Any:
    """Return a value that the field of *schema* may have, other than *default*."""
    if "enum" in schema:
        words = schema["enum"]
        return words[(words.index(default) + 1) % len(words)]
    return not default if isinstance(default, bool) else default + 1


def _alias(alias: str, name: str, model: Model) -> Iterator[Fault]:
    rules = ("REQ-ALIAS", "MODE-AUTO", "OUT-AUDIO", model.properties[alias]["x-rule"])
    yield _fault(f"{alias}-ignored", rules, f"{alias} is ignored.", _without(alias))
    yield _fault(
        f"{alias}-outdone",
        ("REQ-ALIAS",),
        f"Where {alias} and {name} differ, {name} is taken.",
        lambda fields: _without(alias)(fields) if name in fields else None,
    )


def _extra(unsupported: str, model: Model) -> Iterator[Fault]:
    """Yield refusals of what has no effect, as if it were the field *unsupported*."""
    yield _fault(
        "unknown-fields-refused",
        EXTRA,
        "A field that nobody knows is refused.",
        lambda fields: (
            {**fields, unsupported: ""} if fields.keys() - model.properties.keys() else None
        ),
    )
    yield _fault(
        "raw-refused",
        (*EXTRA, "REQ-NULL"),
        "raw, which has no effect on a video, is refused.",
        lambda fields: {**fields, unsupported: ""} if "raw" in fields else None,
    )


def _without(name: str) -> Callable[[Fields], Fields]:
    return lambda fields: {known: value for known, value in fields.items() if known != name}
