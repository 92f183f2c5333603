"""Read contract documents: the machine-readable promise that everything else is driven by."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from contracts.api import Api
from contracts.errors import DocumentError
from contracts.model import Model
from contracts.parsing import parse_api, parse_model
from contracts.rule import Live, Policy, Provenance, Rule

FOLDER = Path(__file__).parent

Part = TypeVar("Part")


class Document(NamedTuple):
    """A contract document that has the form of one; *name* is that of its file.

    What *is_published* was checked by the tests before it came with the package, and is not checked at each start.
    """

    name: str
    parts: Mapping[str, Any]
    is_published: bool = False


class Contract(NamedTuple):
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


def published() -> tuple[Path, ...]:
    """Return the documents that come with the package, by name."""
    return tuple(sorted((FOLDER / "documents").glob("*.json")))


def load(extra: Iterable[Path] = ()) -> Contract:
    """Read the published documents and *extra* ones, each a model of its own.

    Raises:
        DocumentError: a file cannot be read, is not a contract document, or does not fit the others.
    """
    return join([*map(_read_published, published()), *map(read, extra)])


def read(source: Path) -> Document:
    """Read one document and check its form.

    Raises:
        DocumentError: *source* cannot be read, or is not a contract document.
    """
    import jsonschema_rs  # noqa: PLC0415 - published documents do without

    try:
        parts = json.loads(
            source.read_text(encoding="utf-8"), object_pairs_hook=_object, parse_constant=_constant
        )
    except OSError as error:
        raise DocumentError(f"{source.name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{source.name}: not JSON: {error}") from error
    schema = json.loads((FOLDER / "document.schema.json").read_text(encoding="utf-8"))
    for broken in jsonschema_rs.Draft202012Validator(schema).iter_errors(parts):
        raise _flawed(source.name, broken.instance_path, broken.message)
    return Document(name=source.name, parts=parts)


def _read_published(source: Path) -> Document:
    return Document(source.name, json.loads(source.read_bytes()), is_published=True)


def join(documents: Sequence[Document]) -> Contract:
    """Put documents together into one contract.

    Raises:
        DocumentError: no document has an ``api`` part, one claims a name that is taken, or its parts
            do not fit together.
    """
    apis = [document.parts["api"] for document in documents if "api" in document.parts]
    if not apis:
        raise DocumentError("no contract document has an 'api' part; the first one needs it")
    models: dict[str, Model] = {}
    policies: dict[str, Policy] = {}
    rules: dict[str, Rule] = {}
    for document in documents:
        raw_policies = document.parts.get("policies", {}).items()
        model = parse_model(document.parts["model"])
        _add(document, "model", models, [(model.id, model)])
        _add(
            document, "policy", policies, [(name, _policy(name, raw)) for name, raw in raw_policies]
        )
        _add(
            document,
            "rule",
            rules,
            [(raw["id"], _rule(raw)) for raw in document.parts.get("rules", [])],
        )
    contract = Contract(api=parse_api(apis[0]), models=models, policies=policies, rules=rules)
    others = [document for document in documents if not document.is_published]
    if others:
        _check_fit(others, contract)
    return contract


def _check_fit(documents: Iterable[Document], contract: Contract) -> None:
    from contracts.coherence import misfits  # noqa: PLC0415 - published documents do without

    for document in documents:
        for flaw in misfits(document.parts, contract.models, contract.policies, contract.rules):
            raise _flawed(document.name, flaw.path, flaw.message)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise ValueError(f"the key {name!r} comes twice in an object")
        fields[name] = value
    return fields


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _flawed(name: str, path: Iterable[str | int], message: str) -> DocumentError:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return DocumentError(f"{name}: /{'/'.join(steps)}: {message}")


def _add(
    document: Document, kind: str, known: dict[str, Part], more: Iterable[tuple[str, Part]]
) -> None:
    for name, part in more:
        if name in known:
            raise DocumentError(
                f"{document.name}: {kind} {name!r} comes twice; each needs a name of its own"
            )
        known[name] = part


def _policy(name: str, raw: Mapping[str, Any]) -> Policy:
    return Policy(name=name, values=tuple(raw["values"]), text=raw["text"])


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(**{**raw, "provenance": Provenance(raw["provenance"]), "live": Live(raw["live"])})
