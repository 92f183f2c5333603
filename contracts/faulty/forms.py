"""The form of answers: each field that must be there is missing, null or of another kind, one damage a field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from contracts.document import Contract
from contracts.faulty.combining import answers, told
from contracts.faulty.fault import Begin, Fault
from contracts.faulty.message import changed

FAMILY = "forms"

Change = Callable[[Any], Any]
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where values of the schema called *name* stand: at *place* of what *begin* lets one change."""

    name: str
    schema: Mapping[str, Any]
    place: Place
    begin: Callable[[Change], Begin]
    rules: tuple[str, ...]


def faults(contract: Contract) -> Iterator[Fault]:
    """Yield a fault for each required field of the answers of *contract* that a rule speaks of."""
    damages = cycle(_DAMAGES)
    for spot in _spots(contract):
        for field in spot.schema["required"]:
            name, text, damage = next(damages)
            if name == "null" and may_be_null(spot.schema["properties"][field]):
                name, text, damage = next(damages)
            yield Fault(
                id=f"{spot.name}-{field}-{name}".replace("_", "-"),
                family=FAMILY,
                rules=spot.rules,
                text=f"{field} of {spot.name} is {text}.",
                begin=spot.begin(_at(spot.place, field, damage)),
            )


def _spots(contract: Contract) -> Iterator[Spot]:
    schemas = contract.api.schemas
    result = schemas["Result"]["properties"]
    prices = tuple(rate.rule for model in contract.models.values() for rate in model.rates)
    of_jobs = ("JOB-SHAPE", "JOB-RESULT", "JOB-STATUS", "JOB-PROGRESS", "PRICE-SECONDS", *prices)
    for name, schema, place, begin, rules in (
        ("submission", schemas["SubmitAnswer"], (), _of("submit"), ("JOB-SUBMIT",)),
        ("job", schemas["Job"], (), told, of_jobs),
        ("result", schemas["Result"], ("result",), told, of_jobs),
        ("video", result["data"]["items"], ("result", "data", 0), told, of_jobs),
        ("charge", result["usage"], ("result", "usage"), told, of_jobs),
        ("failure", schemas["JobError"], ("error",), told, (*of_jobs, "MEDIA-IMAGE-FORMAT")),
        ("list", schemas["JobList"], (), _of("list"), ("JOB-LIST",)),
        ("page", schemas["UsagePage"], (), _of("usage"), ("USAGE", "PRICE-ONCE", "CREDIT")),
        ("signed", schemas["SignedUrl"], (), _of("sign"), ("OUT-URL",)),
        ("health", schemas["Health"], (), _of("health"), ("HEALTH",)),
    ):
        yield Spot(name=name, schema=schema, place=place, begin=begin, rules=rules)


def _of(operation: str) -> Callable[[Change], Begin]:
    return lambda change: answers(operation, change=change)


def may_be_null(schema: Mapping[str, Any]) -> bool:
    """Tell whether null is a value of *schema*."""
    kinds = [kind.get("type") for kind in schema.get("anyOf", [schema])]
    return "null" in kinds or ["string", "null"] in kinds


def _at(place: Place, field: str, damage: Callable[[dict[str, Any], str], Any]) -> Change:
    """Do *damage* to *field* of the object at *place*, where there is one."""

    def change(found: Any) -> Any:
        return damage(found, field) if isinstance(found, dict) and field in found else found

    return lambda value: changed(value, place, change)


def _without(found: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != field}


def _null(found: dict[str, Any], field: str) -> dict[str, Any]:
    return {**found, field: None}


def _mistyped(found: dict[str, Any], field: str) -> dict[str, Any]:
    """Make a string of what is none, and a number of what is one, or is null."""
    value = found[field]
    other: Any = 7 if isinstance(value, str | None) else str(value).lower()
    return {**found, field: other}


_DAMAGES = (
    ("missing", "missing", _without),
    ("mistyped", "of another kind", _mistyped),
    ("null", "null", _null),
)
