"""Scripts go into JSON and come back as they were."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from contracts.exchange import Sent
from contracts.script import (
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Script,
    Sign,
    Submit,
    Upload,
    Wait,
)
from contracts.script_json import ScriptError, from_json, to_json
from contracts.sweep.scripts import all_scripts

text = st.text(st.characters(codec=None), max_size=20)
written = st.text(max_size=20)  # what can be encoded
keys = st.none() | st.sampled_from(["main", "other", "main.label"])
seconds = st.floats(0, 1e6) | st.integers(0, 10**6)
headers = st.lists(st.tuples(text, text), max_size=3).map(tuple)
values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=10,
)
requests = st.builds(
    Sent,
    operation=text,
    method=text,
    target=text,
    key=keys,
    headers=headers,
    body=st.none() | st.binary(max_size=50) | written.map(str.encode),
    key_header=st.sampled_from(["authorization", "x-api-key"]),
)
steps = st.one_of(
    st.builds(
        Submit,
        fields=st.dictionaries(text, values, max_size=3),
        job=text,
        key=keys,
        files=st.dictionaries(text, text, max_size=2),
    ),
    st.builds(
        OnJob,
        operation=st.sampled_from(["job", "cancel"]),
        job=text,
        key=keys,
        headers=headers,
        body=st.none() | st.binary(max_size=50),
    ),
    st.builds(Follow, job=text, seconds=seconds, most=st.integers(0, 100), key=keys),
    st.builds(Wait, seconds=seconds),
    st.builds(
        Download,
        job=text,
        method=text,
        headers=headers,
        spoil=st.none() | st.tuples(text, text),
        signed=st.booleans(),
    ),
    st.builds(
        Upload,
        content=st.binary(max_size=50),
        name=text,
        content_type=text,
        file=text,
        key=keys,
    ),
    st.builds(Sign, of=text, key=keys),
    st.builds(Control, method=text, path=text, fields=st.dictionaries(text, values, max_size=3)),
    st.builds(Call, requests, st.none() | text),
)
scripts = st.builds(
    Script,
    name=text,
    rules=st.lists(text, max_size=3).map(tuple),
    steps=st.lists(steps, max_size=5).map(tuple),
)


def through_json(script: Script) -> Script:
    return from_json(json.loads(json.dumps(to_json(script))))


@given(scripts)
def test_any_script_comes_back_as_it_was(script):
    back = through_json(script)

    assert back == script
    assert repr(back) == repr(script)  # 5.0 is not 5 here


def test_every_script_of_the_sweep_comes_back_as_it_was():
    contract = load()
    scripts = all_scripts(contract, contract.policies_with({}))

    assert tuple(map(through_json, scripts)) == scripts


CALL: dict[str, Any] = {
    "do": "call",
    "operation": "a",
    "method": "GET",
    "target": "/",
    "key": None,
    "headers": [],
}


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({}, "'name' is missing or unknown"),
        ({"name": "a", "rules": [], "steps": [{"do": "fly"}]}, "'fly' is missing or unknown"),
        ({"name": "a", "rules": [], "steps": [{"do": "wait"}]}, "'seconds' is missing or unknown"),
        ({"name": "a", "rules": [], "steps": [{"do": "wait", "seconds": "5"}]}, "'5' is no number"),
        (
            {"name": "a", "rules": [], "steps": [{"do": "sign", "of": [1]}]},
            r"of is \[1\] and no text",
        ),
        ({"name": "a", "rules": [], "steps": [{"do": "sign", "of": "a", "key": 1}]}, "key is 1"),
        ({"name": "a", "rules": 5, "steps": []}, "not iterable"),
        ({"name": "a", "rules": [], "steps": [{**CALL, "body": {}}]}, "'base64' is missing"),
        ({"name": "a", "rules": [], "steps": [{**CALL, "body": {"base64": "x"}}]}, "no base64"),
    ],
)
def test_what_is_no_script_is_told_in_a_line(found, told):
    with pytest.raises(ScriptError, match=f"^not a script: .*{told}") as refused:
        from_json(found)

    assert "\n" not in str(refused.value)
