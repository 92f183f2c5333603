"""The card of a model against the contract document."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.checks.accounts import KEY_HEADERS
from contracts.checks.schemas import misfits
from contracts.exchange import Exchange
from contracts.history import History
from contracts.model import Model
from contracts.reading import json_object, objects, told_cards
from contracts.verdict import Verdict, equal, holds

RULE = "MODEL-CARD"
BOUNDS = ("minimum", "maximum")


def card_tells_what_is_published(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """MODEL-CARD: parameters, types, defaults, options, ranges, rates, modalities, features and region of a model."""
    answer = exchange.answer
    operation = history.routes.operation(exchange.sent)
    if operation not in {"model", "models"} or answer is None or answer.status == 429:
        return
    if answer.status == 401:
        yield from _open(exchange)
        return
    body = json_object(answer)
    if operation == "models":
        yield equal(RULE, "", 200, answer.status)
        yield from misfits(RULE, "ModelList", body, history)
        cards = objects((body or {}).get("data"))
        told = [card.get("id") for card in cards]
        for model in history.contract.models.values():
            yield holds(
                RULE, kept=model.id in told, pointer="/data", expected=model.id, received=told
            )
    else:
        name = history.routes.parameters(exchange.sent)["model_id"]
        status = 200 if name in history.contract.models else 404
        yield equal(
            RULE if status == 200 else "REQ-MODEL",
            "",
            status,
            answer.status,
            inferred=status == 404,
        )
        if answer.status != 200:
            return
        yield from misfits(RULE, "Model", body, history)
        cards = [body or {}]
    for card in cards:
        known = history.contract.models.get(str(card.get("id")))
        if known is not None:
            yield from _card(card, known)


def cards_of_a_model_agree(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """MODEL-CARD: the list of models and the page of one tell the same of it, at any time."""
    if exchange.answer is None:
        return
    for card in told_cards(history.routes.operation(exchange.sent), exchange.answer):
        before = history.cards.get(str(card.get("id")), card)
        for name in sorted(before.keys() | card.keys()):
            told = card.get(name)
            yield equal(RULE, f"/{name}", before.get(name), told, inferred=True)


def _open(exchange: Exchange) -> Iterator[Verdict]:
    """Yield whether the catalogue, which anybody may read, was refused to somebody without a key."""
    has_key = exchange.sent.key is not None or any(
        name in KEY_HEADERS for name, _ in exchange.sent.headers
    )
    if not has_key:
        yield equal(RULE, "", 200, 401)


def _card(card: Mapping[str, Any], model: Model) -> Iterator[Verdict]:
    for name, value in model.card.items():
        yield equal(RULE, f"/{name}", value, card.get(name))
    parameters = {str(one.get("name")): one for one in objects(card.get("supported_parameters"))}
    for name, schema in model.properties.items():
        if schema.get("x-published"):
            yield from _parameter(name, parameters.get(name, {}), schema, model)
    rows = {str(row.get("charge")): row for row in objects(card.get("pricing_rows"))}
    for rate in model.rates:
        row = rows.get(rate.charge, {})
        yield equal(rate.rule, "/pricing_rows", rate.rate, row.get("rate"))
        yield equal(rate.rule, "/pricing_rows", rate.list_rate, row.get("list_rate"))
        yield equal(rate.rule, "/pricing_rows", model.billing_unit, row.get("unit"))


def _parameter(
    name: str, told: Mapping[str, Any], schema: Mapping[str, Any], model: Model
) -> Iterator[Verdict]:
    place = f"/supported_parameters/{name}"
    yield equal(RULE, f"{place}/name", name, told.get("name"))
    yield equal(
        RULE, f"{place}/type", "enum" if "enum" in schema else schema["type"], told.get("type")
    )
    yield equal(RULE, f"{place}/required", name in model.schema["required"], told.get("required"))
    if "default" in schema:
        yield equal(RULE, f"{place}/default", schema["default"], told.get("default"))
    if "enum" in schema:
        yield equal(RULE, f"{place}/options", schema["enum"], told.get("options"))
    for bound in BOUNDS:
        if bound in schema:
            yield equal(RULE, f"{place}/{bound}", schema[bound], told.get(bound))
