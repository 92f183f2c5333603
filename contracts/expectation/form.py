"""The form of a request: which field breaks which rule by itself, judged by the JSON Schema of the document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from contracts.model import Model

NULL_RULE = "REQ-NULL"
ALIAS_RULE = "REQ-ALIAS"

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a request breaks, and the JSON Pointer of the place."""

    rule: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A request read field by field.

    *values* are those of good form that the model knows, aliases resolved; *unsound* names the fields, by their
    canonical names, of which one spelling or another is *broken*. *spelled* has the alias that was sent, by the
    canonical name of what it means.
    """

    values: Fields
    spelled: Mapping[str, str]
    unsound: frozenset[str]
    broken: frozenset[Broken]

    def is_sound(self, *names: str) -> bool:
        """Tell whether nothing is wrong with any of the fields *names*."""
        return self.unsound.isdisjoint(names)

    def place(self, name: str, *steps: object) -> str:
        """Return the JSON Pointer of *steps* in the field *name*, or of its alias: that is one value, whatever it means."""
        alias = self.spelled.get(name)
        return pointer(name, *steps) if alias is None else pointer(alias)


def form_of(fields: Fields, model: Model, validator: Draft202012Validator) -> Form:
    """Return how *fields*, a JSON object, look to *validator*, which has the request schema of *model*."""
    schema = validator.schema
    assert isinstance(schema, Mapping)
    wrong = {
        (name, broken)
        for error in validator.iter_errors(fields)
        for name, broken in _broken(error, schema, fields)
    }
    bad = {name for name, _ in wrong}
    sound = {name: value for name, value in fields.items() if name not in bad}
    values, spelled, conflicts = _spelled_out(sound, model)
    wrong |= {(alias, Broken(ALIAS_RULE, pointer(alias))) for alias in conflicts}
    unsound = frozenset(model.aliases.get(name, name) for name, _ in wrong)
    return Form(
        values={
            name: value
            for name, value in values.items()
            if name in model.properties and name not in unsound
        },
        spelled=spelled,
        unsound=unsound,
        broken=frozenset(broken for _, broken in wrong),
    )


def _spelled_out(fields: Fields, model: Model) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Return *fields* by their canonical names, the aliases that stood for some, and those that contradict (REQ-ALIAS)."""
    values, spelled, conflicts = dict(fields), {}, []
    for alias, name in model.aliases.items():
        if alias not in values:
            continue
        said = values.pop(alias)
        meant = [said] if model.properties[name]["type"] == "array" else said
        if name in values and values[name] not in (meant, []):
            conflicts.append(alias)
        elif values.get(name) != meant:
            values[name], spelled[name] = meant, alias
    return values, spelled, conflicts


def _broken(
    error: ValidationError, schema: Mapping[str, Any], fields: Fields
) -> Iterator[tuple[str, Broken]]:
    properties = schema["properties"]
    if error.validator == "required":
        for name in schema["required"]:
            if name not in fields:
                yield name, Broken(properties[name]["x-rule"], pointer(name))
    elif error.validator == "additionalProperties":
        for name in fields.keys() - properties.keys():
            yield name, Broken(schema["x-extra-rule"], pointer(name))
    else:
        name = str(error.absolute_path[0])
        rule = NULL_RULE if error.instance is None else properties[name]["x-rule"]
        yield name, Broken(rule, pointer(*error.absolute_path))


def pointer(*steps: object) -> str:
    """Return the JSON Pointer (RFC 6901) of a place."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
