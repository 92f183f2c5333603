"""Schemas in one spelling: JSON Schema has several for the same promise, and a change of spelling is no drift.

References are followed, `const` is an `enum` of one, an `enum` has its types, `nullable` and a branch for null are a
type among others, `oneOf` is read as `anyOf`, and the parts of an `allOf` that do not contradict each other are one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import unquote

from contracts.drift.errors import LookError
from contracts.drift.values import has, same

Schema = Mapping[str, Any]

MOST_STEPS = 32
MOST_VISITS = 50_000
# They bind nobody.
ANNOTATIONS = frozenset(
    {
        "$comment", "$id", "$schema", "contentEncoding", "contentMediaType", "description",
        "discriminator", "example", "examples", "externalDocs", "readOnly", "title", "writeOnly",
        "xml",
    }
)  # fmt: skip
NULL = "null"
TYPES: Mapping[type, str] = {
    bool: "boolean",
    str: "string",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
    type(None): NULL,
}


@dataclass(frozen=True, slots=True)
class Root:
    """A document whose schemas refer to each other; *visits* counts how often one is read."""

    document: Any
    visits: Iterator[int] = field(default_factory=count, compare=False)

    def visit(self) -> None:
        """Count one more schema that is read.

        Raises:
            LookError: it is one too many; few schemas can refer to each other in very many ways.
        """
        if next(self.visits) >= MOST_VISITS:
            raise LookError("has more schemas in schemas than can be compared")

    def at(self, reference: Any) -> Any:
        """Return what *reference*, such as `#/components/schemas/Job`, leads to; None if that is nothing here."""
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return None
        here = self.document
        for step in reference[2:].split("/"):
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if not isinstance(here, dict) or name not in here:
                return None
            here = here[name]
        return here

    def followed(self, node: Any) -> Any:
        """Return what *node* refers to, or *node* itself; None if a reference leads nowhere."""
        for _ in range(MOST_STEPS):
            if not isinstance(node, dict) or "$ref" not in node:
                return node
            target = self.at(node["$ref"])
            rest = {name: value for name, value in node.items() if name != "$ref"}
            node = {**target, **rest} if isinstance(target, dict) and rest else target
        return None


def canonical(schema: Any, root: Root, *, steps: int = MOST_STEPS) -> Schema | None:
    """Return *schema* of *root* in one spelling; None if it is no schema, or leads nowhere.

    Raises:
        LookError: *root* has too many of them.
    """
    root.visit()
    schema = root.followed(schema)
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if not isinstance(schema, dict) or not steps:
        return None
    plain = {
        name: value
        for name, value in schema.items()
        if name not in ANNOTATIONS and not name.startswith("x-")
    }
    return _one_type(_joined(_one_union(_bare(plain), root, steps), root, steps))


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """Return *schema* without what is said by saying nothing."""
    silent: dict[str, Any] = {
        "default": None,
        "deprecated": False,
        "additionalProperties": True,
        "items": {},
    }
    return {
        name: value
        for name, value in schema.items()
        if not (name in silent and same(value, silent[name]))
        and not (name == "additionalProperties" and value == {})
    }


def _one_union(schema: dict[str, Any], root: Root, steps: int) -> dict[str, Any]:
    """Return *schema* with its `oneOf` as `anyOf`, and a branch for null as a type."""
    if "oneOf" in schema and "anyOf" not in schema:
        schema = {"anyOf" if name == "oneOf" else name: value for name, value in schema.items()}
    branches = schema.get("anyOf")
    if not isinstance(branches, list):
        return schema
    others = [branch for branch in branches if branch != {"type": NULL}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if len(others) != 1:
        return schema
    only = canonical(others[0], root, steps=steps - 1)
    if only is None or only.keys() & rest.keys():
        return schema
    is_nullable = len(branches) > 1
    return {**only, **rest, "nullable": True} if is_nullable else {**only, **rest}


def _joined(schema: dict[str, Any], root: Root, steps: int) -> dict[str, Any]:
    """Return *schema* with the parts of its `allOf` in it, or as it is if they do not go together."""
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return schema
    whole = {name: value for name, value in schema.items() if name != "allOf"}
    for part in parts:
        more = canonical(part, root, steps=steps - 1)
        joined = None if more is None else _with(whole, more)
        if joined is None:
            return schema
        whole = joined
    return whole


def _with(one: Schema, other: Schema) -> dict[str, Any] | None:
    """Return both schemas in one, None if they say different things of the same matter."""
    joined = dict(one)
    for name, value in other.items():
        known = joined.get(name)
        if name not in joined or same(known, value):
            joined[name] = value
        elif name == "properties" and isinstance(known, dict) and isinstance(value, dict):
            properties = _with(known, value)
            if properties is None:
                return None
            joined[name] = properties
        elif name == "required" and isinstance(known, list) and isinstance(value, list):
            joined[name] = [*known, *(field for field in value if field not in known)]
        else:
            return None
    return joined


def _one_type(schema: dict[str, Any]) -> Schema:
    """Return *schema* with `const` as `enum`, the types of its values, and null among them where it is let in."""
    if "const" in schema:
        schema = {**schema, "enum": [schema["const"]]}
        del schema["const"]
    values = schema.get("enum")
    if isinstance(values, list) and "type" not in schema:
        schema = {**schema, "type": sorted({TYPES[type(value)] for value in values})}
    is_nullable = schema.get("nullable") is True
    schema = {name: value for name, value in schema.items() if name != "nullable"}
    types = schema.get("type")
    if is_nullable and types is not None:
        schema["type"] = [*_listed(types), NULL]
        if isinstance(values, list) and not has(values, None):
            schema["enum"] = [*values, None]
    if "type" in schema:
        names = {*_listed(schema["type"])}
        schema["type"] = sorted(names - {"integer"} if "number" in names else names)
    return schema


def _listed(types: Any) -> list[str]:
    return [str(name) for name in types] if isinstance(types, list) else [str(types)]
