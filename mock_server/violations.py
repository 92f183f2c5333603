"""Tell a broken JSON Schema as violations of the contract's rules, in words that help."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from mock_server.exact import json_number
from mock_server.problems import Violation, pointer

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

SHOWN_CHARACTERS = 60
# Nobody reads more, and a body of a million mistakes must not hold up everybody else.
MOST_VIOLATIONS = 100
TYPES = {
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "array": "an array",
}


def show(value: object) -> str:
    """Return *value* as a message shows it: JSON, cut where it gets long."""
    if isinstance(value, (str, list)):  # which may have megabytes
        value = value[: SHOWN_CHARACTERS + 1]
    text = (
        str(value)
        if isinstance(value, Decimal)
        else json.dumps(value, ensure_ascii=False, default=json_number)
    )
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def wanted(schema: Mapping[str, Any]) -> str:
    """Return in words what *schema* accepts."""
    if "x-wants" in schema:
        return str(schema["x-wants"])
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    words = TYPES[schema["type"]]
    if "minimum" in schema:
        words += f" from {schema['minimum']} to {schema['maximum']}"
    return words


def violations(
    validator: "Draft202012Validator",
    instance: Mapping[str, Any],
    schema: Mapping[str, Any],
    null_rule: str,
) -> list[Violation]:
    """Return what *validator* finds wrong with *instance*, each as the violation of the rule that owns the field.

    There is one for each place, and at most some hundreds; *schema* is the request's, *null_rule* owns
    every null.
    """
    # The validator finds all errors before it tells the first, so it is shown the beginning only.
    errors = [*validator.iter_errors(_beginning(instance, schema))] or _first(validator, instance)
    found: dict[str, Violation] = {}
    for error in errors:
        for violation in _violations(error, instance, schema, null_rule):
            found.setdefault(violation.pointer, violation)
    return list(found.values())


def _beginning(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known fields and the first others of *instance*, with the first items of long arrays."""
    known = schema["properties"]
    others = islice((name for name in instance if name not in known), MOST_VIOLATIONS)
    names = [*(name for name in known if name in instance), *others]
    values = ((name, instance[name]) for name in names)
    return {
        name: value[:MOST_VIOLATIONS] if isinstance(value, list) else value
        for name, value in values
    }


def _first(
    validator: "Draft202012Validator", instance: Mapping[str, Any]
) -> "list[ValidationError]":
    """Return the first error alone, which is far down in a long array."""
    from jsonschema_rs import ValidationError  # noqa: PLC0415 - loaded by whoever made the validator

    try:
        validator.validate(instance)
    except ValidationError as error:
        return [error]
    raise AssertionError("a body without an error has no violations to be told")


def _violations(
    error: "ValidationError",
    instance: Mapping[str, Any],
    schema: Mapping[str, Any],
    null_rule: str,
) -> Iterable[Violation]:
    keyword, value = error.kind.name, error.kind.value
    if keyword == "required":
        yield _missing(str(value), schema)
    elif keyword == "additionalProperties":
        for name in value:
            message = f"{show(name)} is not a field of this model; leave it out."
            yield Violation(rule=schema["x-extra-rule"], pointer=pointer([name]), message=message)
    else:
        yield _wrong(error, instance, schema, null_rule)


def _missing(name: str, schema: Mapping[str, Any]) -> Violation:
    field = schema["properties"][name]
    message = f"{name} is missing; {wanted(field)} would do."
    return Violation(rule=field["x-rule"], pointer=pointer([name]), message=message)


def _wrong(
    error: "ValidationError",
    instance: Mapping[str, Any],
    schema: Mapping[str, Any],
    null_rule: str,
) -> Violation:
    field_name, *indices = error.instance_path
    name = str(field_name)
    # The error's own copy of the value has lost the exact decimal.
    value = instance[name]
    field = schema["properties"][name]
    for index in indices:
        value, field = value[index], {**field, **field["items"]}
    place = "".join(f"[{index}]" for index in indices)
    message = f"{name}{place}: {show(value)} {_fault(error, value, field)}."
    rule = null_rule if value is None else field["x-rule"]
    return Violation(rule=rule, pointer=pointer(error.instance_path), message=message)


def _fault(error: "ValidationError", value: object, field: Mapping[str, Any]) -> str:
    limit = error.kind.value
    match error.kind.name:
        case "not":
            return f"is not supported; {field['x-wants']}"
        case "minimum":
            fault = f"is less than {limit}"
        case "maximum":
            fault = f"is more than {limit}"
        case "type":
            fault = f"is {_kind(value)}"
        case "enum":
            fault = "is not an option"
        case _:
            fault = "has another form" if str(value).strip() else "is blank"
    return f"{fault}; {wanted(field)} would do"


def _kind(value: object) -> str:
    match value:
        case None:
            return "no value"
        case bool():
            return "a boolean"
        case Decimal() if value != int(value):
            return "a fraction"
        case int() | Decimal():
            return "a number"
        case str():
            return "a string"
        case _:
            return "an array" if isinstance(value, list) else "an object"
