"""The catalogue of models: each card as the API publishes it, from its contract document."""

from typing import Any

from contracts.model import Model
from mock_server.rendering import CURRENCY


def card(model: Model) -> dict[str, Any]:
    """Return the card of *model* (rule MODEL-CARD)."""
    published = {
        name: field for name, field in model.properties.items() if field.get("x-published")
    }
    rest = dict(model.card)
    notes = rest.pop("notes")
    return {
        **rest,
        "supported_parameters": [
            _parameter(name, field, model) for name, field in published.items()
        ],
        "default_params": {
            name: field["default"] for name, field in published.items() if "default" in field
        },
        "pricing_rows": [
            {
                "charge": rate.charge,
                "unit": model.billing_unit,
                "rate": rate.rate,
                "list_rate": rate.list_rate,
                "currency": CURRENCY,
            }
            for rate in model.rates
        ],
        "notes": notes,
    }


def _parameter(name: str, field: Any, model: Model) -> dict[str, Any]:
    parameter = {
        "name": name,
        "type": "enum" if "enum" in field else field["type"],
        "required": name in model.schema["required"],
        "default": field.get("default"),
        "description": field["description"],
    }
    if "enum" in field:
        parameter["options"] = field["enum"]
    return parameter | {bound: field[bound] for bound in ("minimum", "maximum") if bound in field}
