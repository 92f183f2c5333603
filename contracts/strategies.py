"""Strategies of requests: mostly good ones, with now and then a value at or beyond its bounds."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from contracts.exchange import Sent
from contracts.model import Model
from contracts.script import Call
from contracts.sweep.fields import base
from contracts.sweep.values import accepted, refused

Fields = dict[str, Any]

LISTS = ("/v1/jobs", "/v1/jobs?limit=1", "/v1/jobs?limit=2", "/v1/jobs?status=completed")
USAGES = ("/v1/account/usage",)
ONE_IN = 8


def submissions(model: Model) -> st.SearchStrategy[Fields]:
    """Return submissions to *model*: about one in eight fields has a value that may be refused."""
    return _submissions(model)


@st.composite
def _submissions(draw: st.DrawFn, model: Model) -> Fields:
    fields = base(model)
    names = draw(st.lists(st.sampled_from([*model.properties]), unique=True, max_size=4))
    for name in names:
        schema = model.properties[name]
        good, bad = [*accepted(schema)], [*refused(name, schema)]
        is_good = good and draw(st.integers(0, ONE_IN - 1)) < ONE_IN - 1
        fields[name] = draw(st.sampled_from(good if is_good else bad))
    return fields


def calls(keys: Sequence[str]) -> st.SearchStrategy[Call]:
    """Return looks at lists and usage pages with one of *keys*."""

    def get(key: str, target: str) -> Call:
        operation = "usage" if target in USAGES else "list"
        return Call(Sent(operation=operation, method="GET", target=target, key=key))

    return st.builds(get, st.sampled_from(keys), st.sampled_from([*LISTS, *USAGES]))
