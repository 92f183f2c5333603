"""The JSON that a control call brings: an object of known fields."""

from collections.abc import Mapping
from typing import Any

from contracts.api import Limits
from mock_server import strict_json
from mock_server.calls import Call
from mock_server.problems import Problem
from mock_server.violations import show


async def fields_of(
    call: Call, limits: Limits, known: tuple[str, ...], *, may_be_empty: bool = False
) -> Mapping[str, Any]:
    """Return the JSON object of the body of *call*, which may have the *known* fields only.

    Without a body there are no fields if that *may_be_empty*.

    Raises:
        Problem: the body is something else, or names what is not known.
    """
    body = await call.body(limits.max_body_bytes)
    if may_be_empty and not body:
        return {}
    try:
        fields = strict_json.parse(body, max_depth=limits.max_depth)
    except strict_json.JsonError as error:
        raise Problem("invalid_request", f"{error}.") from None
    if not isinstance(fields, dict):
        raise Problem("invalid_request", f"the body is {show(fields)}; a JSON object would do.")
    for name in fields:
        if name not in known:
            message = f"{show(name)} is not known; {', '.join(known)} would do."
            raise Problem("invalid_request", message, param=name)
    return fields


def unfit(name: str, value: object, wanted: str) -> Problem:
    """Return the refusal of *value* of the field *name*, which is not what is *wanted*."""
    return Problem("invalid_request", f"{name}: {show(value)} is not {wanted}.", param=name)
