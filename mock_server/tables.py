"""The contract document's rules and prices, for people: as text, JSON and Markdown."""

import json
from collections.abc import Callable, Iterable, Mapping
from textwrap import fill
from typing import Any

from contracts.document import Contract
from contracts.model import Model
from contracts.rule import Rule
from mock_server.scenarios.scenario import Scenario

WIDTH = 100


def rules_as_json(contract: Contract) -> str:
    """Return every rule with its policy's values, as a JSON array."""
    return json.dumps(rules_as_fields(contract), ensure_ascii=False, indent=1)


def rules_as_fields(contract: Contract) -> list[dict[str, Any]]:
    """Return every rule with its policy's values, as JSON values."""
    return [_fields(rule, contract) for rule in contract.rules.values()]


def rules_as_text(contract: Contract) -> str:
    """Return every rule, to be read in a terminal."""
    lines = []
    for rule in contract.rules.values():
        lines.append(f"{rule.id}  {rule.provenance}; live: {_live(rule)}")
        lines.append(_indented(rule.text))
        lines.append(f"  source: {rule.source}")
        if rule.policy is not None:
            lines.append(f"  policy: {_policy(rule.policy, contract)}")
    return "\n".join(lines)


def rules_as_markdown(contract: Contract) -> str:
    """Return every rule as a row of a Markdown table."""
    rows = (
        (
            f"`{rule.id}`",
            rule.text,
            rule.provenance,
            _live(rule),
            f"`{rule.policy}`" if rule.policy else "",
        )
        for rule in contract.rules.values()
    )
    return _markdown(("rule", "what it says", "provenance", "live", "policy"), rows)


def policies_as_markdown(contract: Contract) -> str:
    """Return every policy with its values, the default first, as a row of a Markdown table."""
    rows = (
        (f"`{policy.name}`", ", ".join(f"`{value}`" for value in policy.values), policy.text)
        for policy in contract.policies.values()
    )
    return _markdown(("policy", "values", "what it decides"), rows)


def prices_as_markdown(model: Model) -> str:
    """Return every tier of *model* as a row of a Markdown table."""
    rows = (
        (rate.charge, f"${rate.rate}", f"${rate.list_rate}", f"`{rate.rule}`")
        for rate in model.rates
    )
    return _markdown(("tier", "per second", "list", "rule"), rows)


def scenarios_as_json(scenarios: Iterable[Scenario]) -> str:
    """Return every one of *scenarios*, as a JSON array."""
    return json.dumps(scenarios_as_fields(scenarios), ensure_ascii=False, indent=1)


def scenarios_as_fields(scenarios: Iterable[Scenario]) -> list[dict[str, Any]]:
    """Return what a person wants to know of each of *scenarios*, as JSON values."""
    return [
        {
            "name": scenario.name,
            "kind": scenario.kind,
            "text": scenario.text,
            "reason": scenario.reason,
        }
        for scenario in scenarios
    ]


def scenarios_as_text(scenarios: Iterable[Scenario]) -> str:
    """Return every one of *scenarios*, to be read in a terminal."""
    lines = []
    for scenario in scenarios:
        lines.append(f"{scenario.name}  {scenario.kind}")
        lines += [_indented(scenario.text), _indented(f"why: {scenario.reason}")]
    return "\n".join(lines)


def scenarios_as_markdown(scenarios: Iterable[Scenario]) -> str:
    """Return every one of *scenarios* as a row of a Markdown table."""
    rows = (
        (f"`{scenario.name}`", scenario.kind, scenario.text, scenario.reason)
        for scenario in scenarios
    )
    return _markdown(("scenario", "kind", "what happens", "why it is there"), rows)


RULES: Mapping[str, Callable[[Contract], str]] = {
    "text": rules_as_text,
    "json": rules_as_json,
    "markdown": rules_as_markdown,
}

SCENARIOS: Mapping[str, Callable[[Iterable[Scenario]], str]] = {
    "text": scenarios_as_text,
    "json": scenarios_as_json,
    "markdown": scenarios_as_markdown,
}


def _fields(rule: Rule, contract: Contract) -> dict[str, Any]:
    values = contract.policies[rule.policy].values if rule.policy is not None else None
    return {**rule._asdict(), "policy_values": values}


def _indented(text: str) -> str:
    # Names with hyphens are looked for, and copied, in one piece.
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _live(rule: Rule) -> str:
    return f"{rule.live} ({rule.live_note})" if rule.live_note else rule.live


def _policy(name: str, contract: Contract) -> str:
    return f"{name}: {', '.join(contract.policies[name].values)}"


def _markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = [*head]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
