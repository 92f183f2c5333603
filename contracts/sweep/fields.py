"""Scripts about one field of a submission at a time."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.document import Contract
from contracts.exchange import JSON, Sent
from contracts.model import Model
from contracts.script import Call, Follow, OnJob, Script, Submit
from contracts.sweep.values import URL, accepted, refused, spellings

TEXT = "a lighthouse at dusk"


def scripts(contract: Contract, policies: Mapping[str, str]) -> Iterator[Script]:
    """Yield a script for each value of each field of each model: submit it, and cancel what was accepted."""
    for model in contract.models.values():
        schema = model.schema_under(policies)
        for name, field in schema["properties"].items():
            rule = field.get("x-rule", schema["x-extra-rule"])
            tried: set[str] = set()
            for value in (*accepted(field), *refused(name, field)):
                spelled = json.dumps(value)
                if spelled in tried:
                    continue
                tried.add(spelled)
                fields = {**base(model), **_beside(name, value), name: value}
                rules = (rule, "REQ-NULL") if value is None else (rule,)
                yield _submission(f"{name} = {spelled}", rules, fields)
        yield from _missing(model, schema)
        yield from _spelled(contract, model, schema)


def base(model: Model) -> dict[str, Any]:
    """Return the least that a submission to *model* must have, in its cheapest resolution."""
    cheapest = min(model.rates, key=lambda rate: float(rate.list_rate)).resolution
    return {"model": model.id, "prompt": TEXT, "resolution": cheapest}


def _beside(name: str, value: Any) -> dict[str, Any]:
    """Return what *value* needs beside it to be good: the modes that take media need some."""
    if name == "mode" and value in {"i2v", "r2v"} if isinstance(value, str) else False:
        return {"image": URL}
    return {}


def _missing(model: Model, schema: Mapping[str, Any]) -> Iterator[Script]:
    for name in schema["required"]:
        fields = {one: value for one, value in base(model).items() if one != name}
        yield _submission(f"no {name}", (schema["properties"][name]["x-rule"],), fields)


def _spelled(contract: Contract, model: Model, schema: Mapping[str, Any]) -> Iterator[Script]:
    path = contract.api.operations["submit"].path
    for name, field in schema["properties"].items():
        for number in spellings(field) if "maximum" in field else ():
            rest = {one: value for one, value in base(model).items() if one != name}
            body = f'{json.dumps(rest)[:-1]}, "{name}": {number}}}'
            sent = Sent(
                operation="submit",
                method="POST",
                target=path,
                headers=(("content-type", JSON),),
                body=body.encode(),
            )
            steps = (Call(sent, job="job"), OnJob(operation="job"), Follow())
            yield Script(name=f"{name} written {number}", rules=(field["x-rule"],), steps=steps)


def _submission(name: str, rules: tuple[str, ...], fields: Mapping[str, Any]) -> Script:
    steps = (Submit(fields=fields), OnJob(operation="cancel"))
    return Script(name=name, rules=rules, steps=steps)
