"""Scripts about bodies that readers of JSON differ on."""

import json
from collections.abc import Iterator

from contracts.document import Contract
from contracts.exchange import JSON, Sent
from contracts.script import Call, Script
from contracts.sweep.fields import base

ASIDE = "x-nested"


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield a submission for each thing that a strict reader refuses, and for what it just takes."""
    path = contract.api.operations["submit"].path
    for model in contract.models.values():
        good = json.dumps(base(model))[:-1]
        deepest = contract.api.limits.max_depth
        bodies = {
            "a key that comes twice": f'{good}, "model": "{model.id}"}}',
            "a key that comes twice within": f'{good}, "{ASIDE}": [{{"a": 1, "a": 1}}]}}',
            "NaN": f'{good}, "duration": NaN}}',
            "Infinity": f'{good}, "duration": Infinity}}',
            "a lone surrogate": f'{good}, "negative_prompt": "\\ud800"}}',
            "a pair of surrogates": f'{good}, "negative_prompt": "\\ud83d\\ude00"}}',
            f"{deepest} levels": f'{good}, "{ASIDE}": {_nested(deepest - 1)}}}',
            f"{deepest + 1} levels": f'{good}, "{ASIDE}": {_nested(deepest)}}}',
        }
        for name, body in bodies.items():
            sent = Sent(
                operation="submit",
                method="POST",
                target=path,
                headers=(("content-type", JSON),),
                body=body.encode(),
            )
            yield Script(name=f"a body with {name}", rules=("REQ-STRICT",), steps=(Call(sent),))


def _nested(levels: int) -> str:
    return "[" * levels + "]" * levels
