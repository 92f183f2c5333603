"""What of a refusal nobody vouches for, so that it is not held against a live API."""

from collections.abc import Mapping
from typing import Any

from contracts.expectation.form import Broken
from contracts.model import Model

CONVERTED = frozenset({"number", "integer", "boolean"})


def is_doubtful(broken: Broken, fields: Mapping[str, Any], model: Model) -> bool:
    """Tell whether a lenient reader may take what is *broken* in *fields*: blank text, or a number or boolean sent as a string."""
    value = fields.get(broken.pointer.removeprefix("/"))
    if not isinstance(value, str):
        return False
    schema = model.properties.get(broken.pointer.removeprefix("/"), {})
    is_blank = schema.get("type") == "string" and "enum" not in schema and not value.strip()
    return is_blank or schema.get("type") in CONVERTED
