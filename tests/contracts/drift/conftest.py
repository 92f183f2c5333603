"""The contract, and what an API that keeps it would publish."""

import copy
from typing import Any

import pytest

from contracts.document import load
from contracts.drift.card import published_card
from contracts.drift.errors import LookError
from mock_server.description import describe

MODEL = "wan-2-6"


@pytest.fixture(scope="session")
def contract():
    return load()


@pytest.fixture
def model(contract):
    return contract.models[MODEL]


@pytest.fixture
def card(contract, model):
    """A card that may be changed."""
    return copy.deepcopy(published_card(model, contract))


@pytest.fixture
def description(contract):
    """An OpenAPI document that may be changed: the emulator's, which is made by other code than what is tested."""
    return copy.deepcopy(describe(contract, contract.policies_with({})))


@pytest.fixture
def site(card, description):
    """The published documents of an API, by path, and a function that looks at them."""
    return Site({f"/v1/models/{MODEL}": card, "/openapi.json": description} | listed(card))


def listed(card):
    return {"/v1/models": {"object": "list", "data": [card]}}


class Site(dict[str, Any]):
    """Published documents by path; a LookError in place of one is raised."""

    def __call__(self, path):
        if isinstance(self.get(path, LookError("answers 404", 404)), LookError):
            raise self.get(path, LookError("answers 404", 404))
        return self[path]
