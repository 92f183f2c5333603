"""The card of a model as the contract document would have it published."""

from collections.abc import Mapping
from typing import Any

from contracts.document import Contract
from contracts.model import Model


def published_card(model: Model, contract: Contract) -> dict[str, Any]:
    """Return what the API must publish of *model* (rule MODEL-CARD)."""
    fields = {
        name: schema for name, schema in model.properties.items() if schema.get("x-published")
    }
    currency = contract.api.schemas["PricingRow"]["properties"]["currency"]["const"]
    return {
        **model.card,
        "supported_parameters": [
            _parameter(name, schema, is_required=name in model.schema["required"])
            for name, schema in fields.items()
        ],
        "default_params": {
            name: schema["default"] for name, schema in fields.items() if "default" in schema
        },
        "pricing_rows": [
            {
                "charge": rate.charge,
                "unit": model.billing_unit,
                "rate": rate.rate,
                "list_rate": rate.list_rate,
                "currency": currency,
            }
            for rate in model.rates
        ],
    }


def _parameter(name: str, schema: Mapping[str, Any], *, is_required: bool) -> dict[str, Any]:
    told = {
        "name": name,
        "type": "enum" if "enum" in schema else schema["type"],
        "required": is_required,
        "default": schema.get("default"),
        "description": schema["description"],
    }
    if "enum" in schema:
        told["options"] = schema["enum"]
    return told | {bound: schema[bound] for bound in ("minimum", "maximum") if bound in schema}
