"""The operations of an OpenAPI document against those of the contract document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.api import Operation, Query
from contracts.document import Contract
from contracts.drift.canonical import Root
from contracts.drift.difference import Difference, Level, Place
from contracts.drift.openapi import Described, OpenApi, route
from contracts.drift.schemas import COMPONENTS, Schemas
from contracts.drift.strain import Direction
from contracts.drift.values import ABSENT, names
from contracts.rule import Provenance

JSON = "application/json"
FORM = "multipart/form-data"
GENERATION = "Generation"
ERROR = "Error"
# The rules of the document's schemas.
RULES = {
    "SubmitAnswer": "JOB-SUBMIT",
    "Job": "JOB-SHAPE",
    "Result": "JOB-SHAPE",
    "JobError": "JOB-SHAPE",
    "JobList": "JOB-LIST",
    "Model": "MODEL-CARD",
    "ModelList": "MODEL-CARD",
    "Parameter": "MODEL-CARD",
    "PricingRow": "MODEL-CARD",
    "UsagePage": "USAGE",
    "UsageEvent": "USAGE",
    "Money": "USAGE",
    "Liveness": "HEALTH",
    "Health": "HEALTH",
}
# A header that every client sends anyway is no parameter of its own.
SECURITY = frozenset({"authorization", "x-api-key"})
ANY_STATUS = "default"


def openapi_differences(
    contract: Contract, live: OpenApi, source: str, policies: Mapping[str, str] | None
) -> list[Difference]:
    """Return where *live*, the answer to *source*, is not what the contract document says, each difference once.

    *policies* (name to value) are those of an emulator, which also has to have the operations that are the emulator's
    own; None is a live API.
    """
    comparison = _Comparison(contract, live, source, policies)
    return [*{repr(difference): difference for difference in comparison.differences()}.values()]


@dataclass(frozen=True, slots=True)
class _Step:
    """Two sides of one operation, and where they meet."""

    operation: Operation
    live: Described
    place: Place


class _Comparison:
    def __init__(
        self,
        contract: Contract,
        live: OpenApi,
        source: str,
        policies: Mapping[str, str] | None,
    ) -> None:
        self._api = contract.api
        self._live = live
        self._source = source
        self._is_emulator = policies is not None
        self._policies = contract.policies_with(policies or {})
        components = {**contract.api.schemas, GENERATION: _generation(contract, self._policies)}
        roots = {"document": Root({"components": {"schemas": components}}), "live": live.root}
        self._request = Schemas(**roots, direction=Direction.REQUEST, rules=RULES)
        self._response = Schemas(**roots, direction=Direction.RESPONSE, rules=RULES)

    def differences(self) -> Iterator[Difference]:
        known = {}
        for operation in self._api.operations.values():
            for method in [operation.method, *(["HEAD"] if operation.allows_head else [])]:
                known[route(method, operation.path)] = operation
        for at, operation in known.items():
            yield from self._operation(at[0], operation, self._live.operations.get(at))
        paths = {path for _, path in known}
        for at, described in self._live.operations.items():
            if at not in known:
                # The document is about a part of the API; what else there is, is none of its business.
                level = Level.COMPATIBLE if at[1] in paths else Level.INFORMATIONAL
                place = self._place(described, None)
                yield place.added(level, f"{at[0]} {described.path}")

    def _place(self, described: Described, operation: Operation | None) -> Place:
        whole = Place(
            source=self._source,
            rule=None if operation is None else RULES.get(operation.answer_schema or ""),
            provenance=None if operation is None else operation.provenance,
        )
        return whole.at("paths", described.path, described.method)

    def _operation(
        self, method: str, operation: Operation, live: Described | None
    ) -> Iterator[Difference]:
        if live is None:
            nowhere = Described(method=method.lower(), path=operation.path, parts={}, parameters=())
            is_own = operation.provenance is Provenance.OURS and not self._is_emulator
            level = Level.INFORMATIONAL if is_own else Level.BREAKING
            yield self._place(nowhere, operation).removed(level, f"{method} {operation.path}")
            return
        step = _Step(operation, live, self._place(live, operation))
        yield from self._parameters(step)
        yield from self._body(step)
        yield from self._responses(step)

    def _parameters(self, step: _Step) -> Iterator[Difference]:
        known = {("query", query.name): query for query in step.operation.query}
        told = {
            (str(one.get("in")), str(one.get("name"))): one
            for one in step.live.parameters
            if one.get("in") != "path" and str(one.get("name")).lower() not in SECURITY
        }
        for at in [*known, *(at for at in told if at not in known)]:
            place = step.place.at("parameters", at[1], rule=step.operation.rule)
            yield from self._parameter(known.get(at), told.get(at), place)

    def _parameter(
        self, query: Query | None, live: Mapping[str, Any] | None, place: Place
    ) -> Iterator[Difference]:
        is_needed = live is not None and live.get("required") is True
        if query is None:
            yield place.added(Level.BREAKING if is_needed else Level.COMPATIBLE, live)
        elif live is None:
            yield place.removed(Level.BREAKING, query.schema)
        else:
            if query.required != is_needed:
                level = Level.BREAKING if is_needed else Level.COMPATIBLE
                yield place.at("required").differs(level, query.required, is_needed)
            yield from self._request.differences(
                query.schema, live.get("schema", {}), place.at("schema")
            )

    def _body(self, step: _Step) -> Iterator[Difference]:
        place = step.place.at("requestBody")
        body = self._live.root.followed(step.live.parts.get("requestBody"))
        known = _bodies(step.operation)
        told = _content(body)
        is_needed = isinstance(body, dict) and body.get("required") is True
        if told and is_needed != bool(known):
            level = Level.BREAKING if is_needed else Level.COMPATIBLE
            yield place.at("required").differs(level, bool(known), is_needed)
        for media_type in names(known, told):
            at = place.at("content", media_type)
            if media_type not in told:
                yield at.removed(Level.BREAKING, media_type)
            elif media_type not in known:
                yield at.added(Level.COMPATIBLE, media_type)
            else:
                schema = told[media_type].get("schema", {})
                yield from self._request.differences(known[media_type], schema, at.at("schema"))

    def _responses(self, step: _Step) -> Iterator[Difference]:
        place, operation = step.place.at("responses"), step.operation
        raw = step.live.parts.get("responses")
        told: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        expected = {
            str(_status(operation, self._policies)): _answers(operation),
            **{str(status): {} for status in operation.also},
            **{str(status): {JSON: _reference(ERROR)} for status in operation.errors},
        }
        for status, contents in expected.items():
            found = _told(told, status)
            if found is None:
                is_breaking = status == str(_status(operation, self._policies))
                level = Level.BREAKING if is_breaking else Level.COMPATIBLE
                yield place.at(status).removed(level, status)
            elif step.live.method != "head":
                yield from self._answer(contents, told[found], place.at(found))
        for status in told:
            if status not in expected and status != ANY_STATUS and not status.endswith("XX"):
                yield place.at(status).added(Level.COMPATIBLE, status)

    def _answer(self, contents: Mapping[str, Any], raw: Any, place: Place) -> Iterator[Difference]:
        told = _content(self._live.root.followed(raw))
        for media_type, schema in contents.items():
            at = place.at("content", media_type)
            if media_type not in told:
                yield at.removed(Level.BREAKING, media_type)
            elif schema is not ABSENT:
                live = told[media_type].get("schema", {})
                yield from self._response.differences(schema, live, at.at("schema"))


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"{COMPONENTS}{name}"}


def _generation(contract: Contract, policies: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema of a submission: that of the model, or any of the models'."""
    schemas = []
    for model in contract.models.values():
        schema = model.schema_under(policies)
        schema["properties"]["model"] = {**schema["properties"]["model"], "const": model.id}
        schemas.append(schema)
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _bodies(operation: Operation) -> dict[str, Any]:
    """Return the schemas of the bodies that *operation* takes, by media type."""
    if operation.takes_body:
        return {JSON: _reference(GENERATION)}
    if operation.form is None:
        return {}
    file = {"type": "string", "format": "binary"}
    return {
        FORM: {"type": "object", "required": [operation.form], "properties": {operation.form: file}}
    }


def _answers(operation: Operation) -> dict[str, Any]:
    """Return the schema of the answer of *operation* by media type, none of bytes that are no JSON."""
    schema = operation.answer_schema
    return {operation.media_type: ABSENT if schema is None else _reference(schema)}


def _status(operation: Operation, policies: Mapping[str, str]) -> int:
    return operation.status if operation.policy is None else int(policies[operation.policy])


def _told(responses: Mapping[str, Any], status: str) -> str | None:
    """Return under which key *responses* tell of *status*: its own, that of its hundred, or any."""
    keys = (status, f"{status[0]}XX", ANY_STATUS)
    return next((key for key in keys if key in responses), None)


def _content(parts: Any) -> dict[str, Mapping[str, Any]]:
    """Return the contents of a body or an answer by media type, without parameters of the type."""
    content = parts.get("content") if isinstance(parts, dict) else None
    if not isinstance(content, dict):
        return {}
    return {
        name.partition(";")[0].strip().lower(): value
        for name, value in content.items()
        if isinstance(value, dict)
    }
