"""From a raw body to a valid request, or to every rule that it breaks."""

from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.document import Contract
from contracts.model import Model
from mock_server import mode
from mock_server.problems import InvalidRequest, Problem, Violation, pointer
from mock_server.request import Request
from mock_server.scenarios.prompt import mistakes_in, named_in
from mock_server.strict_json import JsonError, StrictJsonError, parse
from mock_server.violations import show, violations

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

NULL_RULE = "REQ-NULL"
NOTHING: Set[str] = frozenset()


class Examined(NamedTuple):
    """A submission whose form has been checked, with the violations found so far, in any order."""

    candidate: mode.Candidate
    violations: list[Violation]


class Validation:
    """Checks submissions against the request schemas of *contract*, compiled once for each choice of policies."""

    def __init__(self, contract: Contract) -> None:
        """Check against *contract*."""
        self._contract = contract
        self._order = {rule: index for index, rule in enumerate(contract.rules)}
        self._compiled: dict[tuple[str, ...], tuple[Draft202012Validator, dict[str, Any]]] = {}

    def read(self, raw: bytes) -> dict[str, Any]:
        """Return the JSON object that *raw* spells (rules REQ-JSON and REQ-STRICT).

        Raises:
            InvalidRequest: *raw* is not one.
        """
        try:
            body = parse(raw, max_depth=self._contract.api.limits.max_depth)
        except StrictJsonError as error:
            raise InvalidRequest([_body_violation("REQ-STRICT", f"{error}.")]) from None
        except JsonError as error:
            raise InvalidRequest([_body_violation("REQ-JSON", f"{error}.")]) from None
        if not isinstance(body, dict):
            message = f"the body is {show(body)}; a JSON object would do."
            raise InvalidRequest([_body_violation("REQ-JSON", message)])
        return body

    def check(self, body: Mapping[str, Any], policies: Mapping[str, str]) -> Examined:
        """Return what can be said of *body* under *policies* before anybody looks at its media.

        Raises:
            Problem: the model is unknown (rule REQ-MODEL).
        """
        model = self._model(body.get("model"))
        fields, spelled, broken = self._check_form(model, body, policies)
        # Of fields that the model does not know, nothing is known either.
        properties = model.properties
        known = {name: value for name, value in fields.items() if name in properties}
        fields = {**model.defaults, **known}
        invalid: Set[str] = NOTHING
        if broken:
            invalid = {_canonical(model, violation.param) for violation in broken}
            fields = {name: value for name, value in fields.items() if name not in invalid}
        candidate = mode.candidate_of(model, fields, invalid, policies, spelled)
        return Examined(candidate, broken + _scenarios_broken(candidate) + mode.broken(candidate))

    def accept(self, examined: Examined, of_media: Iterable[Violation] = ()) -> Request:
        """Return what was *examined* as a valid request, unless it breaks rules itself or by its media.

        Raises:
            InvalidRequest: with every rule that is broken, in the order of the contract.
        """
        broken = [*examined.violations, *of_media]
        if broken:
            raise InvalidRequest(sorted(broken, key=lambda violation: self._order[violation.rule]))
        return _request(examined.candidate)

    def _model(self, name: object) -> Model:
        models = self._contract.models
        if isinstance(name, str) and name not in models:
            message = f"model: {show(name)} is not known; one of {', '.join(models)} would do."
            raise Problem("model_not_found", message, param="model")
        # Without a usable name the other fields are still checked, as fields of the first model.
        return models[name] if isinstance(name, str) else next(iter(models.values()))

    def _check_form(
        self, model: Model, body: Mapping[str, Any], policies: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, str], list[Violation]]:
        key = (model.id, *policies.values())
        if key not in self._compiled:
            # Its library is a twentieth of the start of a process, and nothing before a submission needs it.
            from jsonschema_rs import Draft202012Validator  # noqa: PLC0415

            schema = model.schema_under(policies)
            self._compiled[key] = (Draft202012Validator(schema), schema)
        validator, schema = self._compiled[key]
        fields = dict(body)
        if validator.is_valid(body):
            return fields, *_resolve_aliases(model, fields)
        broken = violations(validator, body, schema, NULL_RULE)
        for violation in broken:
            fields.pop(str(violation.param), None)
        spelled, conflicts = _resolve_aliases(model, fields)
        return fields, spelled, broken + conflicts


def _resolve_aliases(
    model: Model, fields: dict[str, Any]
) -> tuple[dict[str, str], list[Violation]]:
    """Move each alias in *fields* to the field it means.

    Return the alias of each field that was spelled so, and those that say something else (REQ-ALIAS).
    """
    spelled: dict[str, str] = {}
    conflicts = []
    for alias, name in model.aliases.items():
        if alias not in fields:
            continue
        value = fields.pop(alias)
        meant = [value] if model.properties[name]["type"] == "array" else value
        if fields.get(name) == []:  # no media, so nothing that the alias could contradict
            del fields[name]
        if name not in fields:
            fields[name], spelled[name] = meant, alias
        elif fields[name] != meant:
            message = f"{alias}: {show(value)} is not what {name} says, {show(fields[name])}; one of the two would do."
            conflicts.append(Violation(rule="REQ-ALIAS", pointer=pointer([alias]), message=message))
    return spelled, conflicts


def _scenarios_broken(candidate: mode.Candidate) -> list[Violation]:
    """Return what is wrong with the scenarios that the prompt names, as violations of the prompt's own rule."""
    mistakes = [*mistakes_in(candidate.fields.get("prompt", ""))]
    if not mistakes:
        return []
    rule, place = candidate.model.properties["prompt"]["x-rule"], pointer(["prompt"])
    return [Violation(rule, place, f"prompt: {mistake}.") for mistake in mistakes]


def _canonical(model: Model, name: str | None) -> str:
    assert name is not None
    return model.aliases.get(name, name)


def _request(candidate: mode.Candidate) -> Request:
    assert candidate.mode is not None
    fields = candidate.fields
    return Request(
        model=candidate.model.id,
        mode=candidate.mode.name,
        prompt=fields["prompt"],
        resolution=fields["resolution"],
        aspect_ratio=fields["aspect_ratio"],
        duration=fields["duration"],
        audio=fields.get("audio", True),
        flash=fields.get("flash_mode", False),
        seed=fields.get("seed"),
        media=candidate.media,
        scenarios=named_in(fields["prompt"]),
    )


def _body_violation(rule: str, message: str) -> Violation:
    return Violation(rule=rule, pointer="", message=message)
