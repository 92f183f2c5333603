"""One look at everything that an API publishes about itself, compared with the contract document."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import quote

from contracts.document import Contract
from contracts.drift.cards import RULE, card_differences
from contracts.drift.difference import Difference, Level, Place
from contracts.drift.errors import LookError
from contracts.drift.finding import Finding, Witnesses, is_drift
from contracts.drift.observed import Observed
from contracts.drift.openapi import NAME, OpenApi
from contracts.drift.operations import openapi_differences
from contracts.drift.values import ABSENT, same
from contracts.model import Model

# How a server says that it does not have such a thing at all.
NOT_SERVED = frozenset({404, 405, 410})
Look = Callable[[str], Any]


class State(StrEnum):
    """What became of a source; only an optional one may be not served."""

    READ = "read"
    NOT_SERVED = "not served"
    COULD_NOT_LOOK = "could not look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A request for something published, and what became of it; *trouble* says why it could not be read."""

    request: str
    state: State
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What was looked at, and what was found."""

    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether everything could be looked at, and nothing drifted."""
        could_look = all(source.state is not State.COULD_NOT_LOOK for source in self.sources)
        return could_look and not is_drift(self.findings)


def drift(
    contract: Contract,
    look: Look,
    *,
    policies: Mapping[str, str] | None = None,
    runs: Sequence[Observed] = (),
) -> Drift:
    """Compare with *contract* what *look*, a function from a path to JSON, finds of one API.

    *policies* (name to value) are those of an emulator, None of a live API; *runs* are what earlier runs of
    `wan-mock check` observed; the findings then tell the four sides apart.
    """
    sources: list[Source] = []
    differences: list[Difference] = []
    for reading in _readings(contract, policies):
        source, found = reading.read(look)
        sources.append(source)
        differences += found
    cards = [contract.api.operations[name] for name in ("model", "models")]
    witnesses = Witnesses(
        contract=contract,
        runs=runs,
        is_emulator=policies is not None,
        is_readable=all(source.state is not State.COULD_NOT_LOOK for source in sources),
        cards=frozenset(f"{card.method} {card.path}" for card in cards),
    )
    return Drift(sources=tuple(sources), findings=tuple(witnesses.findings(differences)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Something to be read at *path*, and how the answer to the request is compared."""

    path: str
    compare: Callable[[Any, str], Iterable[Difference]]
    is_optional: bool = False

    def read(self, look: Look) -> tuple[Source, list[Difference]]:
        request = f"GET {self.path}"
        try:
            found = [*self.compare(look(self.path), request)]
        except LookError as error:
            is_absent = self.is_optional and error.status in NOT_SERVED
            state = State.NOT_SERVED if is_absent else State.COULD_NOT_LOOK
            return Source(request=request, state=state, trouble=str(error)), []
        except RecursionError:
            trouble = "has a schema that is a branch of itself"
            return Source(request=request, state=State.COULD_NOT_LOOK, trouble=trouble), []
        return Source(request=request, state=State.READ), found


def _readings(contract: Contract, policies: Mapping[str, str] | None) -> Iterator[_Reading]:
    operations = contract.api.operations
    for model in contract.models.values():
        path = NAME.sub(quote(model.id, safe=""), operations["model"].path)
        yield _Reading(path=path, compare=partial(_card, contract, model))
    yield _Reading(path=operations["models"].path, compare=partial(_list, contract))
    yield _Reading(
        path=operations["openapi"].path,
        compare=partial(_openapi, contract, policies),
        is_optional=True,
    )


def _card(contract: Contract, model: Model, live: Any, request: str) -> Iterable[Difference]:
    if not isinstance(live, dict):
        return [Place(source=request, rule=RULE).differs(Level.BREAKING, "a card", live)]
    return card_differences(model, contract, live, request)


def _list(contract: Contract, live: Any, request: str) -> Iterator[Difference]:
    """Yield which models are missing from the list; what else it has is not the contract's business."""
    place = Place(source=request, rule=RULE)
    cards = live.get("data") if isinstance(live, dict) else None
    if not isinstance(cards, list):
        yield place.differs(Level.BREAKING, "a list of models", live)
        return
    if not same(live.get("object", ABSENT), "list"):
        yield place.at("object").differs(Level.BREAKING, "list", live.get("object", ABSENT))
    listed = [card.get("id") for card in cards if isinstance(card, dict)]
    for name in contract.models:
        if name not in listed:
            yield place.at("data").removed(Level.BREAKING, name)


def _openapi(
    contract: Contract, policies: Mapping[str, str] | None, live: Any, request: str
) -> list[Difference]:
    try:
        document = OpenApi.read(live)
    except ValueError as error:
        raise LookError(f"answers {error}") from None
    return openapi_differences(contract, document, request, policies)
