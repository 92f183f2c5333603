"""Answers against the schemas that the contract document publishes."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jsonschema_rs import Draft202012Validator as Validator

from contracts.expectation.form import pointer
from contracts.history import History
from contracts.verdict import Verdict, show

Schemas = Mapping[str, Any]

# The fields beside this word are required of the emulator alone: it has them of its own accord, or by inference.
UNDOCUMENTED = "x-undocumented"


class _Validators(NamedTuple):
    """Validators of one schema: *exact* as published, *documented* without what nobody documented."""

    schemas: Schemas
    exact: Validator
    documented: Validator


_made: dict[tuple[int, str], _Validators] = {}


def misfits(rule: str, schema: str, body: Any, history: History) -> Iterator[Verdict]:
    """Yield whether *body* has the form of the *schema* of that name, and where it does not."""
    validators = _validators(history.contract.api.schemas, schema)
    if validators.exact.is_valid(body):
        yield Verdict(rule=rule, is_kept=True)
        return
    is_inferred = validators.documented.is_valid(body)
    broken = validators.exact if is_inferred else validators.documented
    error = max(broken.iter_errors(body), key=lambda found: len(found.instance_path))
    yield Verdict(
        rule=rule,
        is_kept=False,
        pointer=pointer(*error.instance_path),
        expected=f"the form of {schema}",
        received=f"{show(error.instance)}: {show(error.message)}",
        is_inferred=is_inferred,
    )


def _validators(schemas: Schemas, schema: str) -> _Validators:
    """Return the validators of one of *schemas*, which are kept along: their identity tells whose they are."""
    made = _made.get((id(schemas), schema))
    if made is None:
        documented = {name: _documented(one) for name, one in schemas.items()}
        made = _Validators(schemas, _validator(schemas, schema), _validator(documented, schema))
        _made[id(schemas), schema] = made
    return made


def _validator(schemas: Schemas, schema: str) -> Validator:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": {"schemas": schemas}}
    return Validator(whole, validate_formats=True)


def _documented(schema: Schemas) -> dict[str, Any]:
    """Return *schema*, with all in it, without what nobody documented among the required properties."""
    loosened = {
        word: _documented(part) if isinstance(part, dict) else part for word, part in schema.items()
    }
    if UNDOCUMENTED in schema:
        names = schema[UNDOCUMENTED]
        loosened["required"] = [name for name in schema.get("required", ()) if name not in names]
    return loosened
