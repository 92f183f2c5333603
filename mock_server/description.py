"""The OpenAPI 3.1 document of the API, built from the contract document."""

from collections.abc import Mapping
from typing import Any

from contracts.api import Operation, Query
from contracts.document import Contract
from contracts.model import Model
from mock_server.answers import JSON, Answer, as_json
from mock_server.calls import Call
from mock_server.catalogue import card

OPENAPI = "3.1.0"
FORM = "multipart/form-data"
BINARY: Mapping[str, Any] = {"type": "string", "format": "binary"}
LINKED = ("job", "cancel")


class Description:
    """Describes the API of *contract* as it stands under *policies*; built when first asked for."""

    def __init__(self, contract: Contract, policies: Mapping[str, str]) -> None:
        """Describe *contract* under *policies*."""
        self._contract = contract
        self._policies = policies
        self._answer: Answer | None = None

    async def openapi(self, call: Call) -> Answer:  # noqa: ARG002 - the same for everybody
        """Return the document."""
        if self._answer is None:
            self._answer = as_json(describe(self._contract, self._policies))
        return self._answer


def describe(contract: Contract, policies: Mapping[str, str]) -> dict[str, Any]:
    """Return the OpenAPI document of *contract* under *policies*."""
    api = contract.api
    schemas = _schemas(contract, policies)
    paths: dict[str, dict[str, Any]] = {}
    for operation in api.operations.values():
        described = _operation(operation, contract, policies, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
        if operation.allows_head:
            paths[operation.path]["head"] = {**described, "operationId": f"{operation.id}_head"}
    return {
        "openapi": OPENAPI,
        "info": {"title": api.title, "version": "1", "summary": "Emulated offline by wan-mock."},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SECURITY_SCHEMES},
    }


_SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
}
_SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    "required": [{"bearer": []}, {"apiKey": []}],
    "optional": [{}, {"bearer": []}, {"apiKey": []}],
    "none": [],
}


def _schemas(contract: Contract, policies: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the API's schemas by name, with the models' cards as examples."""
    cards = [card(model) for model in contract.models.values()]
    schemas = {name: dict(schema) for name, schema in contract.api.schemas.items()}
    schemas["Model"]["examples"] = cards
    schemas["ModelList"]["examples"] = [{"object": "list", "data": cards}]
    schemas["Generation"] = _generation([*contract.models.values()], policies)
    return schemas


def _generation(models: list[Model], policies: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema of a submission: that of the model, or any of the models'."""
    schemas = []
    for model in models:
        schema = model.schema_under(policies)
        schema["properties"]["model"] = {**schema["properties"]["model"], "const": model.id}
        schemas.append(schema)
    if len(schemas) == 1:
        return schemas[0]
    examples = [example for schema in schemas for example in schema.get("examples", [])]
    return {"anyOf": schemas, "examples": examples}


def _operation(
    operation: Operation,
    contract: Contract,
    policies: Mapping[str, str],
    schemas: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    status = operation.status if operation.policy is None else int(policies[operation.policy])
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "x-provenance": operation.provenance,
        "security": _SECURITY[operation.key],
        "parameters": [
            *_path_parameters(operation, contract.api.path_examples),
            *map(_query_parameter, operation.query),
        ],
        "responses": {
            str(status): _answer(operation, schemas),
            **_variants(operation),
            **_refusals(operation, contract),
        },
    }
    if operation.takes_body:
        described["requestBody"] = {
            "required": True,
            "content": {JSON: _content("Generation", schemas)},
        }
    if operation.form is not None:
        described["requestBody"] = {
            "required": True,
            "content": {FORM: _form(operation.form)},
        }
    return described


def _form(part: str) -> dict[str, Any]:
    schema = {"type": "object", "required": [part], "properties": {part: BINARY}}
    return {"schema": schema}


def _answer(operation: Operation, schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if operation.answer_schema is None:
        return {
            "description": operation.summary,
            "content": {operation.media_type: {"schema": BINARY}},
        }
    answer: dict[str, Any] = {
        "description": operation.summary,
        "content": {operation.media_type: _content(operation.answer_schema, schemas)},
    }
    if operation.takes_body:
        answer["links"] = {
            name: {"operationId": name, "parameters": {"job_id": "$response.body#/job_id"}}
            for name in LINKED
        }
    return answer


def _variants(operation: Operation) -> dict[str, Any]:
    """Return the answers to requests of a special kind; a redirection, such as 304, has no content."""
    content = {operation.media_type: {"schema": BINARY}}
    return {
        str(status): {"description": text} | ({"content": content} if status < 300 else {})
        for status, text in operation.also.items()
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(name: str, schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    examples = schemas[name].get("examples", [])
    return {
        "schema": _reference(name),
        "examples": {
            f"example{number}": {"value": value} for number, value in enumerate(examples, 1)
        },
    }


def _refusals(operation: Operation, contract: Contract) -> dict[str, Any]:
    kinds = contract.api.errors.values()
    return {
        str(status): {
            "description": " or ".join(kind.code for kind in kinds if kind.status == status),
            "content": {JSON: {"schema": _reference("Error")}},
        }
        for status in operation.errors
    }


def _path_parameters(operation: Operation, examples: Mapping[str, str]) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": _segment(examples.get(name))}
        for name in names
    ]


def _segment(example: str | None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    return schema if example is None else {**schema, "examples": [example]}


def _query_parameter(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "in": "query",
        "required": query.required,
        "description": query.description,
        "schema": query.schema,
    }
