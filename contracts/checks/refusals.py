"""Requests that break a rule, and what they must be answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.exchange import Answer, Exchange
from contracts.expectation.doubt import is_doubtful
from contracts.expectation.form import Broken
from contracts.expectation.outcome import Accepted, Refused
from contracts.history import History
from contracts.reading import error_of, fields_of, json_object, objects
from contracts.verdict import Verdict, equal, show

LENGTH_RULE = "REQ-PROMPT-LENGTH"
CODE, UNKNOWN_MODEL = "invalid_request", "model_not_found"
# Refusals of somebody, not of something: of these a live API may have its own reasons.
OF_CALLERS = frozenset({401, 402, 404, 429})


def requests_that_break_a_rule_are_refused(
    exchange: Exchange, history: History
) -> Iterator[Verdict]:
    """A submission that breaks rules makes no job: it is 400, and the answer tells every rule that is broken."""
    outcome, answer = history.outcome(exchange.sent), exchange.answer
    if not isinstance(outcome, Refused) or answer is None or _is_of_the_caller(answer, outcome):
        return
    fields = fields_of(exchange.sent) or {}
    model = history.contract.models.get(str(fields.get("model")))
    for broken in outcome.broken:
        is_doubted = model is not None and is_doubtful(broken, fields, model)
        yield _refused(broken.rule, answer, inferred=is_doubted)
    if outcome.is_unknown_model:
        yield _refused("REQ-MODEL", answer)
    if 400 <= answer.status < 500:  # what is accepted says nothing of why it should not have been
        yield from _told(answer, outcome, history)


def _is_of_the_caller(answer: Answer, outcome: Refused) -> bool:
    return answer.status in OF_CALLERS and not (outcome.is_unknown_model and answer.status == 404)


def _refused(rule: str, answer: Answer, *, inferred: bool = False) -> Verdict:
    body = json_object(answer) or {}
    return Verdict(
        rule=rule,
        is_kept=400 <= answer.status < 500 and "job_id" not in body,
        expected="a 4xx and no job",
        received=f"{answer.status} {show(body)}",
        is_inferred=inferred,
        by_refusal=True,
    )


def _told(answer: Answer, outcome: Refused, history: History) -> Iterator[Verdict]:
    """Yield whether the answer says what is wrong: nobody but the emulator promises how."""
    rules = sorted({broken.rule for broken in outcome.broken}) or ["REQ-MODEL"]
    code = UNKNOWN_MODEL if outcome.is_unknown_model else CODE
    kind = history.contract.api.errors[code]
    error = error_of(answer)
    yield equal(rules[0], "", kind.status, answer.status, inferred=True, refusal=True)
    yield equal(rules[0], "/error/code", kind.code, error.get("code"), inferred=True, refusal=True)
    yield equal(rules[0], "/error/type", kind.type, error.get("type"), inferred=True, refusal=True)
    if history.is_emulator and outcome.broken:
        yield from _details(error, outcome, history)


def _details(error: Mapping[str, Any], outcome: Refused, history: History) -> Iterator[Verdict]:
    order, told = [*history.contract.rules], _violations(error)
    broken = outcome.broken | (told & outcome.doubted)
    first = min(broken, key=lambda found: order.index(found.rule))
    for found in broken:
        yield Verdict(
            rule=found.rule,
            is_kept=found in told,
            pointer="/error/details",
            expected=f"{found.rule} {found.pointer}",
            received=show(error.get("details")),
            by_refusal=True,
        )
    for found in told - broken:
        rule = found.rule if found.rule in history.contract.rules else first.rule
        yield equal(rule, "/error/details", "no such violation", f"{found.rule} {found.pointer}")
    firsts = {one.pointer for one in broken if one.rule == first.rule}
    fields = {pointer.split("/")[1] for pointer in firsts}
    yield Verdict(
        rule=first.rule,
        is_kept=error.get("param") in [*fields],
        pointer="/error/param",
        expected=f"one of {', '.join(sorted(fields))}",
        received=show(error.get("param")),
        by_refusal=True,
    )


def _violations(error: Mapping[str, Any]) -> frozenset[Broken]:
    return frozenset(
        Broken(str(entry.get("rule")), str(entry.get("pointer")))
        for entry in objects(error.get("details"))
    )


def requests_that_keep_every_rule_are_accepted(
    exchange: Exchange, history: History
) -> Iterator[Verdict]:
    """A submission that keeps every rule is accepted, unless the account may not or cannot pay."""
    outcome, answer = history.outcome(exchange.sent), exchange.answer
    if outcome is None or isinstance(outcome, Refused) or answer is None:
        return
    if answer.status in OF_CALLERS - {404} or _is_of_what_nobody_knows(answer, outcome):
        return
    is_kept = 200 <= answer.status < 300
    is_inferred = not is_kept and not history.is_emulator and history.is_disputed(exchange.sent)
    rules = [rule for rule in _exercised(exchange, history) if rule in history.contract.rules]
    for rule in rules:
        yield Verdict(
            rule=rule,
            is_kept=is_kept,
            expected="accepted",
            received=f"{answer.status} {show(json_object(answer))}",
            is_inferred=is_inferred,
        )


def _is_of_what_nobody_knows(answer: Answer, outcome: Accepted) -> bool:
    told = _violations(error_of(answer))
    return answer.status == 400 and bool(told) and told <= outcome.doubted


def _exercised(exchange: Exchange, history: History) -> list[str]:
    """Return the rules of the fields that are sent: they are what a refusal of a good request gets wrong."""
    fields = fields_of(exchange.sent) or {}
    model = history.contract.models[str(fields["model"])]
    named = None if exchange.answer is None else error_of(exchange.answer).get("param")
    names = [named] if isinstance(named, str) and named in model.properties else list(fields)
    known = [
        _rule(model.properties[name], fields.get(name))
        for name in names
        if name in model.properties
    ]
    extra = ["REQ-EXTRA"] if fields.keys() - model.properties.keys() else []
    return [*dict.fromkeys([rule for rule in known if rule] + extra)]


def _rule(schema: Mapping[str, Any], value: Any) -> Any:
    """Return the rule that a refusal of *value*, which is of good form, breaks."""
    most = schema.get("x-truncated-at")
    is_long = most is not None and isinstance(value, str) and len(value) > most
    return LENGTH_RULE if is_long else schema.get("x-rule")
