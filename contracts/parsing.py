"""Turn the parts of a contract document, already checked for form, into values."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from contracts.api import Api, ErrorKind, Limits, Operation, Query
from contracts.media import MediaKind, MediaLimits
from contracts.model import (
    MICROS,
    Drawn,
    Example,
    Latency,
    Mode,
    Model,
    Output,
    Rate,
    References,
    Takes,
)
from contracts.rule import Provenance

JSON = "application/json"


def parse_api(raw: Mapping[str, Any]) -> Api:
    """Return the API that *raw*, a document's ``api`` part, describes."""
    return Api(
        title=raw["title"],
        base_url=raw["base_url"],
        key_prefix=raw["key_prefix"],
        key_variable=raw["key_variable"],
        limits=Limits(**raw["limits"]),
        operations={entry["id"]: _operation(entry) for entry in raw["operations"]},
        path_examples=raw.get("path_examples", {}),
        schemas=raw["schemas"],
        errors={entry["code"]: _error(entry) for entry in raw["errors"]},
    )


def parse_model(raw: Mapping[str, Any]) -> Model:
    """Return the model that *raw*, a document's ``model`` part, describes."""
    schema = raw["request"]["schema"]
    fields = schema["properties"].items()
    modes = {name: _mode(name, entry) for name, entry in raw["modes"].items()}
    rates = tuple(_rate(entry) for entry in raw["rates"])
    return Model(
        card=raw["card"],
        schema=schema,
        aliases={name: field["x-alias"] for name, field in fields if "x-alias" in field},
        defaults={name: _exact(field["default"]) for name, field in fields if "default" in field},
        prompt_characters=schema["properties"]["prompt"].get("x-truncated-at"),
        largest_drawn_seed=raw["request"]["largest_drawn_seed"],
        modes=modes,
        auto=_auto([*modes.values()]),
        rates=rates,
        tiers=_tiers(rates),
        billing_unit=raw["billing_unit"],
        output=_output(raw["output"]),
        media=MediaLimits(**{kind: _media_kind(entry) for kind, entry in raw["media"].items()}),
        latency=_latency(raw["latency"]),
    )


def _operation(raw: Mapping[str, Any]) -> Operation:
    answer = raw["answer"]
    return Operation(
        id=raw["id"],
        method=raw["method"],
        path=raw["path"],
        summary=raw["summary"],
        provenance=Provenance(raw["provenance"]),
        key=raw["key"],
        status=answer["status"],
        answer_schema=answer.get("schema"),
        media_type=answer.get("media_type", JSON),
        errors=tuple(raw["errors"]),
        also={int(status): text for status, text in raw.get("also", {}).items()},
        query=tuple(Query(**entry) for entry in raw.get("query", [])),
        rule=raw.get("rule"),
        policy=raw.get("policy"),
        takes_body=raw.get("body", False),
        form=raw.get("form"),
        allows_head=raw.get("head", False),
    )


def _error(raw: Mapping[str, Any]) -> ErrorKind:
    return ErrorKind(**{**raw, "provenance": Provenance(raw["provenance"])})


def _mode(name: str, raw: Mapping[str, Any]) -> Mode:
    references = References(**raw["references"]) if "references" in raw else None
    return Mode(**{**raw, "name": name, "takes": Takes(raw["takes"]), "references": references})


def _exact(default: Any) -> Any:
    """Return a default as a request would bring it: numbers with a fraction are Decimal."""
    return Decimal(str(default)) if isinstance(default, float) else default


def _rate(raw: Mapping[str, Any]) -> Rate:
    micros = Decimal(raw["rate"]) * MICROS
    return Rate(**{"audio": None, **raw, "micros_per_second": int(micros)})


def _auto(modes: list[Mode]) -> dict[Takes, Mode]:
    """Return the first mode that takes each kind of media; where there is none, the first of all."""
    return {
        takes: next((mode for mode in modes if mode.takes is takes), modes[0]) for takes in Takes
    }


def _tiers(rates: Iterable[Rate]) -> dict[tuple[bool, str, bool], Rate]:
    return {
        (rate.flash, rate.resolution, audio): rate
        for rate in rates
        for audio in ((True, False) if rate.audio is None else (rate.audio,))
    }


def _output(raw: Mapping[str, Any]) -> Output:
    picture = raw["picture"]
    return Output(
        fps=raw["fps"],
        content_type=raw["content_type"],
        sizes={
            resolution: {ratio: (width, height) for ratio, (width, height) in row.items()}
            for resolution, row in raw["sizes"].items()
        },
        multiple=picture["multiple"],
        widest=picture["widest"],
        trusted=picture["trusted"],
        exact=tuple(picture["exact"]),
    )


def _media_kind(raw: Mapping[str, Any]) -> MediaKind:
    tuples: dict[str, Any] = {
        name: tuple(raw[name]) for name in ("formats", "seconds") if name in raw
    }
    sides = {mode: (least, most) for mode, (least, most) in raw.get("sides", {}).items()}
    return MediaKind(**{**raw, **tuples, "sides": sides})


def _latency(raw: Mapping[str, Any]) -> Latency:
    return Latency(
        queued_share=raw["queued_share"],
        flash_factor=raw["flash_factor"],
        profiles={name: _profile(entry) for name, entry in raw["profiles"].items()},
        examples=tuple(Example(**entry) for entry in raw["examples"]),
    )


def _profile(raw: Mapping[str, Any]) -> float | Drawn:
    return float(raw["seconds"]) if "seconds" in raw else Drawn(**raw)
