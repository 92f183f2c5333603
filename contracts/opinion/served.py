"""The OpenAPI document that a target serves, as Schemathesis reads it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis import APIOperation, BaseSchema
from schemathesis.core.result import Ok

from contracts.api import Api
from contracts.exchange import Answer, Sent
from contracts.reading import json_object

DOCUMENT = "openapi"
# Nothing is kept on disk, and nothing is taken from there: the same seed makes the same run.
SETTINGS: Mapping[str, Any] = {
    "cache": {"enabled": False},
    "analysis": {"constants": {"enabled": False}},
    "generation": {"allow-x00": False, "with-security-parameters": False, "database": "none"},
    "phases": {
        "coverage": {"unexpected-methods": []},
        "stateful": {"inference": {"algorithms": []}},
    },
}

Operation = APIOperation[Any, Any, Any, Any]
Operations = Mapping[tuple[str, str], Operation]


class NotReadError(Exception):
    """There is no second opinion of the document; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A *schema*, and those of its *operations* that the contract has, too: nobody knows what others cost.

    They are by their ids in the contract and their methods.
    """

    schema: BaseSchema
    operations: Operations


def request_for(api: Api) -> Sent:
    """Return the request for the document."""
    known = api.operations[DOCUMENT]
    return Sent(operation=known.id, method=known.method, target=known.path, key=None)


def served(answer: Answer | None, api: Api, seed: int) -> Served:
    """Return what *answer* has of *api* for Schemathesis; *seed* decides what it makes of that.

    Raises:
        NotReadError: it has no document, or one that Schemathesis cannot read.
    """
    document = None if answer is None or answer.status != 200 else json_object(answer)
    if document is None:
        raise NotReadError("no OpenAPI document is served")
    elsewhere = next((ref for ref in _references(document) if not ref.startswith("#")), None)
    if elsewhere is not None:
        raise NotReadError(f"the OpenAPI document refers to {elsewhere!r}, and nobody fetches that")
    config = schemathesis.Config.from_dict({"seed": seed % (1 << 32), **SETTINGS})
    try:
        schema = schemathesis.openapi.from_dict(document, config=config)
        operations = _operations(schema, api)
    except Exception as error:  # it meets a bad document with whatever that leads to
        told = str(error).partition("\n")[0] or type(error).__name__
        raise NotReadError(f"Schemathesis cannot read the OpenAPI document: {told}") from error
    if not operations:
        raise NotReadError("the OpenAPI document has no operation of the contract")
    return Served(schema=schema, operations=operations)


def _references(value: Any) -> Iterator[str]:
    """Yield every reference in *value*, a JSON value: Schemathesis would fetch those elsewhere by itself."""
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            yield from _references(one)
    found = value.get("$ref") if isinstance(value, dict) else None
    if isinstance(found, str):
        yield found


def _operations(schema: BaseSchema, api: Api) -> Operations:
    names = {
        (method, _shape(operation.path)): operation.id
        for operation in api.operations.values()
        for method in (operation.method, *(["HEAD"] if operation.allows_head else []))
    }
    read = (found.ok() for found in schema.get_all_operations() if isinstance(found, Ok))
    places = ((operation.method.upper(), _shape(operation.path), operation) for operation in read)
    return {
        (names[method, shape], method): operation
        for method, shape, operation in places
        if (method, shape) in names
    }


def _shape(path: str) -> str:
    """Return *path* without the names in its braces, which are nobody else's business."""
    return re.sub(r"{[^}]*}", "{}", path)
