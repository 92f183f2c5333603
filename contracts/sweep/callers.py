"""Scripts about who calls: keys, health, cards, and bodies that are no JSON object."""

import json
from collections.abc import Iterator
from dataclasses import replace

from contracts.document import Contract
from contracts.exchange import BARE, JSON, MAIN, Headers, Sent
from contracts.script import Call, OnJob, Script
from contracts.sweep.fields import base
from contracts.sweep.lives import get

BODIES = (b"", b"{", b"[]", b"null", b'"x"', b"5", b"{'model': 'x'}", b'{"a": 1,}', b"\xff\xfe")
NO_JSON = (
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "text/json",
    "application/json-patch+json",
    "application/jsonlines",
    "application/problem+json",
    None,
)
AS_JSON = (
    "application/json; charset=utf-8",
    "Application/JSON",
    'application/json;charset="UTF-8"',
)
TWICE = ("first", "second")


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield a script for each bad key on each operation, and the pages that anybody may read."""
    yield from _keys(contract)
    yield from _open_pages(contract)
    yield from _bodies(contract)
    yield _repeated(contract)


def _keys(contract: Contract) -> Iterator[Script]:
    api = contract.api
    for id_, operation in api.operations.items():
        if "{file}" in operation.path or "{name}" in operation.path:
            continue
        target = operation.path.replace("{job_id}", "job_0").replace(
            "{model_id}", next(iter(contract.models))
        )
        bare = Sent(
            operation=id_,
            method=operation.method,
            target=target,
            key=None,
            headers=(("content-type", JSON),),
            body=b"{}" if operation.method == "POST" else None,
        )
        steps = [
            Call(replace(bare, headers=(*headers, *bare.headers)))
            for headers in (_NO_KEY, *_bad_keys(api.key_prefix, api.key_variable))
        ]
        yield Script(name=f"bad keys on {id_}", rules=("AUTH-KEY", "AUTH-FORM"), steps=(*steps,))
        if operation.key == "required":
            good = Call(replace(bare, key=MAIN, key_header=BARE))
            yield Script(name=f"a key by itself on {id_}", rules=("AUTH-KEY",), steps=(good,))


def _open_pages(contract: Contract) -> Iterator[Script]:
    api = contract.api
    yield Script(
        name="health",
        rules=("HEALTH",),
        steps=(
            get("livez", api.operations["livez"].path, None),
            get("health", api.operations["health"].path, None),
        ),
    )
    cards = [
        get("model", api.operations["model"].path.replace("{model_id}", name))
        for name in (*contract.models, "wan-0")
    ]
    yield Script(
        name="cards",
        rules=("MODEL-CARD",),
        steps=(get("models", api.operations["models"].path), *cards),
    )


_NO_KEY: Headers = ()


def _bad_keys(prefix: str, variable: str) -> tuple[Headers, ...]:
    return (
        (("authorization", f"Bearer ${variable}"),),
        (("authorization", "Bearer nonsense"),),
        (("authorization", f"Bearer {prefix}"),),
        (("authorization", f"Bearer x{prefix}me"),),
        (("authorization", f"Basic {prefix}me"),),
        (("x-api-key", "nonsense"),),
        (("authorization", f"Bearer {prefix.upper()}me"),),
    )


def _bodies(contract: Contract) -> Iterator[Script]:
    operation = contract.api.operations["submit"]
    model = next(iter(contract.models.values()))
    for body in BODIES:
        sent = Sent(
            operation="submit",
            method="POST",
            target=operation.path,
            headers=(("content-type", JSON),),
            body=body,
        )
        yield Script(name=f"the body {body!r}", rules=("REQ-JSON",), steps=(Call(sent),))
    good = json.dumps(base(model)).encode()
    for content_type in (*NO_JSON, *AS_JSON):
        headers = () if content_type is None else (("content-type", content_type),)
        sent = Sent(
            operation="submit", method="POST", target=operation.path, headers=headers, body=good
        )
        yield Script(
            name=f"a body of {content_type}",
            rules=("REQ-JSON",),
            steps=(Call(sent, job="job"), OnJob(operation="cancel")),
        )


def _repeated(contract: Contract) -> Script:
    """Return two submissions with the same Idempotency-Key, which nobody looks at: they are two jobs."""
    model = next(iter(contract.models.values()))
    sent = Sent(
        operation="submit",
        method="POST",
        target=contract.api.operations["submit"].path,
        headers=(("content-type", JSON), ("idempotency-key", "twice")),
        body=json.dumps(base(model)).encode(),
    )
    submits = [Call(sent, job=job) for job in TWICE]
    cancels = [OnJob(operation="cancel", job=job) for job in TWICE]
    name = "the same Idempotency-Key twice"
    return Script(name=name, rules=("REQ-EXTRA",), steps=(*submits, *cancels))
