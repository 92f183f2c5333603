"""What a server tells of itself: that it is well, and the card of its model."""

from collections.abc import Callable, Iterator
from typing import Any

from contracts.faulty.combining import always, answers, replies
from contracts.faulty.fault import Begin, Fault, Proceed
from contracts.faulty.message import Reply, Request, as_json
from contracts.model import Model

FAMILY = "services"
HEALTH, CARD = "HEALTH", "MODEL-CARD"

Change = Callable[[Any], Any]


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of health and of the card of *model*."""
    for id_, rules, text, begin in (*_health(), *_card(model), *_parameters(), *_catalogue(model)):
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def _health() -> Table:
    rules = (HEALTH,)
    yield (
        "livez-with-a-blank",
        rules,
        "/livez has a blank behind its colon.",
        replies("livez", change=lambda _, reply: reply.with_body(b'{"status": "ok"}')),
    )
    yield (
        "livez-in-words",
        rules,
        "/livez says OK in plain text.",
        replies("livez", change=lambda _, reply: _plain(reply)),
    )
    yield (
        "livez-is-204",
        rules,
        "/livez is 204.",
        replies("livez", change=lambda _, reply: reply.with_body(b"").with_status(204)),
    )
    yield (
        "health-is-503",
        rules,
        "/health is 503.",
        replies("health", change=lambda _, reply: reply.with_status(503)),
    )
    yield (
        "health-in-milliseconds",
        rules,
        "/health tells milliseconds since the epoch.",
        answers("health", change=lambda body: {**body, "checked_at": body["checked_at"] * 1000}),
    )
    yield (
        "health-of-another-service",
        rules,
        "/health is that of an api.",
        answers("health", change=lambda body: {**body, "service": "api"}),
    )


def _plain(reply: Reply) -> Reply:
    return reply.with_body(b"OK").with_header("content-type", "text/plain")


def _card(model: Model) -> Table:
    for name, value in (
        ("served_from", "Frankfurt"),
        ("owned_by", "Somebody"),
        ("input_modalities", ["text"]),
        ("output_modalities", ["video", "audio"]),
        ("features", []),
        ("supported_endpoints", []),
    ):
        yield (
            f"card-{name}".replace("_", "-"),
            (CARD,),
            f"The card has another value of {name}.",
            _on_card(_with(name, value)),
        )
    rate = model.rates[-1]
    for field, value in (("rate", rate.list_rate), ("list_rate", rate.rate), ("unit", "request")):
        yield (
            f"card-{field}".replace("_", "-"),
            (rate.rule, CARD),
            f"The card has another {field} of {rate.charge}.",
            _on_card(_of("pricing_rows", "charge", rate.charge, {field: value})),
        )


def _parameters() -> Table:
    parameters: tuple[tuple[str, str, Any], ...] = (
        ("duration", "maximum", 10),
        ("duration", "default", 10),
        ("resolution", "options", ["720p"]),
        ("aspect_ratio", "type", "string"),
        ("prompt", "required", False),
    )
    for name, field, wrong in parameters:
        yield (
            f"card-{name}-{field}".replace("_", "-"),
            (CARD,),
            f"The card has another {field} of {name}.",
            _on_card(_of("supported_parameters", "name", name, {field: wrong})),
        )
    yield (
        "card-without-seed",
        (CARD,),
        "The card does not know seed.",
        _on_card(
            lambda card: {
                **card,
                "supported_parameters": [
                    one for one in card["supported_parameters"] if one["name"] != "seed"
                ],
            }
        ),
    )


def _on_card(change: Change) -> Begin:
    return answers("model", change=change)


def _on_listed(change: Change) -> Begin:
    return answers(
        "models", change=lambda body: {**body, "data": [change(card) for card in body["data"]]}
    )


def _with(name: str, value: Any) -> Change:
    return lambda card: {**card, name: value}


def _of(table: str, key: str, name: str, changes: dict[str, Any]) -> Change:
    """Change the row of *table* whose *key* is *name*."""

    def change(card: Any) -> Any:
        rows = [{**row, **changes} if row[key] == name else row for row in card[table]]
        return {**card, table: rows}

    return change


def _catalogue(model: Model) -> Table:
    yield (
        "catalogue-empty",
        (CARD,),
        "The catalogue has no model.",
        answers("models", change=lambda body: {**body, "data": []}),
    )
    for field, wrong in (("rate", "0.2"), ("list_rate", "0.2")):
        rates = _of("pricing_rows", "charge", model.rates[0].charge, {field: wrong})
        yield (
            f"catalogue-old-{field}".replace("_", "-"),
            (CARD, model.rates[0].rule),
            f"The catalogue has another {field} than the card.",
            _on_listed(rates),
        )
    yield (
        "catalogue-other-notes",
        (CARD,),
        "The catalogue has other notes than the card.",
        _on_listed(_with("notes", ["Old."])),
    )
    yield (
        "catalogue-by-another-id",
        (CARD,),
        "The catalogue knows the model by its display name.",
        answers(
            "models",
            change=lambda body: {
                **body,
                "data": [{**card, "id": card["display_name"]} for card in body["data"]],
            },
        ),
    )
    yield from _unknown_models(model)


def _unknown_models(model: Model) -> Table:
    yield (
        "unknown-card-is-empty",
        ("REQ-MODEL", CARD),
        "The card of a model that there is not is empty.",
        always(_empty),
    )
    yield (
        "unknown-model-taken",
        ("REQ-MODEL",),
        f"Any model is taken for {model.id}.",
        always(_taken(model.id)),
    )


async def _empty(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    return as_json(200, {}) if request.operation == "model" and reply.status == 404 else reply


def _taken(model_id: str) -> Any:
    async def behave(request: Request, proceed: Proceed) -> Reply:
        fields = request.fields if request.operation == "submit" else None
        is_other = fields is not None and isinstance(fields.get("model"), str)
        if fields is None or not is_other:
            return await proceed(request)
        return await proceed(request.with_fields({**fields, "model": model_id}))

    return behave
