"""All seeded faults, by family."""

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from random import Random

from contracts.document import Contract
from contracts.faulty import (
    bodies,
    books,
    bounds,
    callers,
    cancels,
    downloads,
    errors,
    forms,
    kinds,
    limits,
    lists,
    lives,
    media,
    modes,
    others,
    prices,
    results,
    services,
    spellings,
    submitting,
    videos,
    words,
)
from contracts.faulty.fault import Fault

# The rules that no fault breaks, and why.
WITHOUT_FAULT = {
    "REQ-SIZE": "a body that is too large may be refused by any gateway in between, so that nobody sends one",
}


def faults(contract: Contract) -> tuple[Fault, ...]:
    """Return the seeded faults for servers of *contract*, those of its first model; each has an id of its own."""
    return (*_faults(contract),)


def sample(found: Sequence[Fault], count: int, seed: int) -> tuple[Fault, ...]:
    """Return *count* faults of *found*, drawn by *seed*, from every family as many as from any other while they last."""
    draw = Random(seed)  # noqa: S311 - which faults are tried is no secret
    families: dict[str, list[Fault]] = {}
    for fault in draw.sample(found, len(found)):
        families.setdefault(fault.family, []).append(fault)
    by_turn = (fault for turn in zip_longest(*families.values()) for fault in turn if fault)
    return (*islice(by_turn, count),)


def _faults(contract: Contract) -> Iterator[Fault]:
    api, model = contract.api, next(iter(contract.models.values()))
    for family in (bounds, words, kinds, spellings, modes, prices, videos, services):
        yield from family.faults(model)
    yield from media.faults(model.media)
    for of_contract in (errors, forms):
        yield from of_contract.faults(contract)
    for of_api in (lists, others, callers, results):
        yield from of_api.faults(api)
    for of_limits in (bodies, submitting, downloads):
        yield from of_limits.faults(api.limits)
    for plain in (lives, cancels, books, limits):
        yield from plain.faults()
