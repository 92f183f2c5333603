"""Read contract documents: the machine-readable promise that everything else is driven by."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import jsonschema_rs

from contracts.api import Api
from contracts.errors import DocumentError
from contracts.model import Model
from contracts.parsing import parse_api, parse_model
from contracts.rule import Live, Policy, Provenance, Rule

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Everything that the documents promise together.

    *models*, *policies* and *rules* are keyed by id and name, in the order of the documents; the first
    document that has an ``api`` part speaks for the whole API.
    """

    api: Api
    models: Mapping[str, Model]
    policies: Mapping[str, Policy]
    rules: Mapping[str, Rule]

    def policies_with(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """Return the value of every policy: the chosen one, else the default.

        Raises:
            ValueError: a name or a value that no document knows.
        """
        for name, value in chosen.items():
            if name not in self.policies:
                raise ValueError(
                    f"unknown policy {name!r}; one of {', '.join(self.policies)} would do"
                )
            values = self.policies[name].values
            if value not in values:
                raise ValueError(f"policy {name}: {value!r} is not one of {', '.join(values)}")
        return {name: chosen.get(name, policy.default) for name, policy in self.policies.items()}


def published() -> tuple[Traversable, ...]:
    """Return the documents that come with the package, by name."""
    folder = files("contracts") / "documents"
    return tuple(
        sorted(
            (entry for entry in folder.iterdir() if entry.name.endswith(".json")),
            key=lambda entry: entry.name,
        )
    )


def load(extra: Iterable[Path] = ()) -> Contract:
    """Read the published documents and *extra* ones, each a model of its own.

    Raises:
        DocumentError: a file cannot be read, is not a contract document, or repeats a model or rule.
    """
    return join(_read(source) for source in (*published(), *extra))


def join(documents: Iterable[Mapping[str, Any]]) -> Contract:
    """Put documents together into one contract, refusing what two of them claim.

    Raises:
        DocumentError: no document has an ``api`` part, or a model, policy or rule comes twice.
    """
    api: Api | None = None
    models: dict[str, Model] = {}
    policies: dict[str, Policy] = {}
    rules: dict[str, Rule] = {}
    for document in documents:
        if api is None and "api" in document:
            api = parse_api(document["api"])
        model = parse_model(document["model"])
        _add(models, {model.id: model}, "model")
        _add(
            policies,
            {name: _policy(name, raw) for name, raw in document.get("policies", {}).items()},
            "policy",
        )
        _add(rules, {raw["id"]: _rule(raw) for raw in document.get("rules", [])}, "rule")
    if api is None:
        raise DocumentError("no contract document has an 'api' part; the first one needs it")
    _refuse_unknown_rules(models, rules)
    return Contract(api=api, models=models, policies=policies, rules=rules)


def _read(source: Traversable | Path) -> Mapping[str, Any]:
    try:
        document = json.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise DocumentError(f"{source.name}: {error.strerror}") from error
    except ValueError as error:
        raise DocumentError(f"{source.name}: not JSON: {error}") from error
    schema = json.loads((files("contracts") / "document.schema.json").read_text(encoding="utf-8"))
    for broken in jsonschema_rs.Draft202012Validator(schema).iter_errors(document):
        pointer = "".join(f"/{step}" for step in broken.instance_path)
        raise DocumentError(f"{source.name}: {pointer or '/'}: {broken.message}")
    return document  # type: ignore[no-any-return]  # the schema has just said that it is an object


def _add(known: dict[str, Part], more: Mapping[str, Part], kind: str) -> None:
    for name in more:
        if name in known:
            raise DocumentError(
                f"{kind} {name!r} is in two contract documents; each needs one of its own"
            )
    known.update(more)


def _policy(name: str, raw: Mapping[str, Any]) -> Policy:
    return Policy(name=name, values=tuple(raw["values"]), text=raw["text"])


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(**{**raw, "provenance": Provenance(raw["provenance"]), "live": Live(raw["live"])})


def _refuse_unknown_rules(models: Mapping[str, Model], rules: Mapping[str, Rule]) -> None:
    for model in models.values():
        named = {rate.rule for rate in model.rates}
        named |= {
            str(schema["x-rule"]) for schema in model.properties.values() if "x-rule" in schema
        }
        for rule in sorted(named - rules.keys()):
            raise DocumentError(f"model {model.id!r} names rule {rule!r}, which no document states")
