"""What the sweep must send is derived here from the contract document by itself, and looked for in the scripts."""

import itertools
import json
from decimal import Decimal
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.script import Call, Submit
from contracts.sweep.scripts import all_scripts
from tests.contracts.conftest import CONTRACT, DEFAULTS

DOCUMENT = json.loads((files("contracts") / "documents" / "wan-2-6.json").read_text())
FIELDS = DOCUMENT["model"]["request"]["schema"]["properties"]
STEPS = [step for script in all_scripts(CONTRACT, DEFAULTS) for step in script.steps]
SUBMITTED = [step.fields for step in STEPS if isinstance(step, Submit)]
ASKED = [step.sent for step in STEPS if isinstance(step, Call)]
NEIGHBOURS = {
    "resolution": ["360p", "480p", "540p", "1440p", "2k", "4k"],
    "aspect_ratio": ["3:2", "2:3", "21:9", "16x9"],
    "mode": ["v2v"],
}
EMPTY: list[Any] = ["", " ", None, [], {}]
AROUND = [Decimal(step) for step in ("-1", "-0.01", "0", "0.01", "1")]
MEDIA = {
    "nothing": set(),
    "an image": {"image"},
    "images": {"images"},
    "reference images": {"reference_images"},
    "a reference video": {"reference_videos"},
    "a sound": {"audio_url"},
}


def keywords(schema):
    """The keywords of a field as they stand under the default policies."""
    merged = dict(schema)
    for policy, overlays in schema.get("x-policies", {}).items():
        merged |= overlays.get(DEFAULTS[policy], {})
    return merged


def number(value):
    """*value* as a number of JSON."""
    return int(value) if value == value.to_integral_value() else float(value)


def near_bounds(schema):
    bounds = [schema[word] for word in ("minimum", "maximum") if word in schema]
    yield from (number(Decimal(bound) + step) for bound in bounds for step in AROUND)
    yield from (str(bound) for bound in bounds)


def near_words(name, schema):
    for word in schema.get("enum", []):
        yield from (word, f" {word}", f"{word} ")
        yield from {word.upper(), word.lower(), word.title(), word.capitalize()}
        bare = word.rstrip("abcdefghijklmnopqrstuvwxyz")
        if bare != word and bare.isdecimal():  # a number with its unit
            yield bare
            yield int(bare)
    yield from NEIGHBOURS.get(name, [])


def wanted(name):
    """Every value that must be tried for the field *name*."""
    schema = keywords(FIELDS[name])
    yield from EMPTY
    yield from near_bounds(schema)
    yield from near_words(name, schema)
    if schema.get("type") == "boolean":
        yield from (True, False, "true", "false", 0, 1)
    if schema.get("type") == "number":
        yield str(schema.get("default", 1))


def spelled(value):
    """*value* as JSON, where 5 and 5.0 are the same number, and neither is true."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return json.dumps(float(value) if is_number else value)


@pytest.mark.parametrize("name", [*FIELDS])
def test_every_value_at_and_just_beyond_what_a_field_takes_is_submitted(name):
    tried = {spelled(fields[name]) for fields in SUBMITTED if name in fields}
    missing = [value for value in wanted(name) if spelled(value) not in tried]
    assert not missing


@pytest.mark.parametrize("name", [*FIELDS])
def test_every_field_is_also_left_out(name):
    assert any(name not in fields for fields in SUBMITTED)


def test_unknown_fields_are_submitted():
    assert any(fields.keys() - FIELDS.keys() for fields in SUBMITTED)


def parameters():
    """The good values of each parameter that has few of them, by name."""
    caps = {
        mode["max_seconds"] for mode in DOCUMENT["model"]["modes"].values() if "max_seconds" in mode
    }
    for name, schema in FIELDS.items():
        if "x-alias" in schema:
            continue
        if "enum" in schema:
            yield name, schema["enum"]
        elif schema.get("type") == "boolean":
            yield name, [True, False]
        elif "minimum" in schema:
            yield name, [schema["minimum"], schema["maximum"], *caps]


@pytest.mark.parametrize(
    ("one", "other"),
    [*itertools.combinations(dict(parameters()), 2)],
    ids=lambda name: name,
)
def test_every_two_good_values_of_two_parameters_are_submitted_together(one, other):
    values = dict(parameters())
    tried = [(fields.get(one), fields.get(other)) for fields in SUBMITTED]
    missing = [pair for pair in itertools.product(values[one], values[other]) if pair not in tried]
    assert not missing


@pytest.mark.parametrize("media", [*MEDIA.values()], ids=[*MEDIA])
def test_every_kind_of_medium_is_submitted_in_every_mode(media):
    names = set().union(*MEDIA.values())
    sent = [fields for fields in SUBMITTED if names & fields.keys() == {*media}]
    tried = [fields.get("mode", "auto") for fields in sent]
    assert all(mode in tried for mode in ("auto", *DOCUMENT["model"]["modes"]))


@pytest.mark.parametrize(
    ("operation", "parameter"),
    [
        pytest.param(operation, parameter, id=f"{operation['id']}-{parameter['name']}")
        for operation in DOCUMENT["api"]["operations"]
        if operation["key"] == "required"
        for parameter in operation.get("query", [])
    ],
)
def test_every_value_at_and_just_beyond_what_a_query_takes_is_asked_for(operation, parameter):
    queries = [urlsplit(sent.target) for sent in ASKED if sent.operation == operation["id"]]
    pairs = [dict(parse_qsl(query.query, keep_blank_values=True)) for query in queries]
    tried = {query.get(parameter["name"]) for query in pairs}
    schema = parameter["schema"]
    values = ["", *map(str, near_bounds(schema)), *near_words("", schema)]
    if parameter["name"] != "file_id":
        values.append(None)
    assert not [value for value in values if value not in tried]


def test_every_operation_that_needs_a_key_is_asked_without_one_and_with_bad_ones():
    for operation in DOCUMENT["api"]["operations"]:
        own = [sent for sent in ASKED if sent.operation == operation["id"] and sent.key is None]
        if operation["key"] == "required":
            sent = {name for one in own for name, _ in one.headers} | {
                len(one.headers) for one in own
            }
            assert {"authorization", "x-api-key"} <= sent
            assert any(not {"authorization", "x-api-key"} & dict(one.headers).keys() for one in own)


def test_every_required_field_is_left_out_alone():
    required = DOCUMENT["model"]["request"]["schema"]["required"]
    for name in required:
        rest = {*required} - {name}
        assert any(name not in fields and rest <= fields.keys() for fields in SUBMITTED)


def test_the_longest_texts_that_are_looked_at_and_one_letter_more_are_submitted():
    for name, schema in FIELDS.items():
        if "x-truncated-at" in schema:
            lengths = {
                len(fields[name]) for fields in SUBMITTED if isinstance(fields.get(name), str)
            }
            assert {schema["x-truncated-at"], schema["x-truncated-at"] + 1} <= lengths


def test_as_many_references_as_a_mode_takes_and_one_more_are_submitted():
    for name, mode in DOCUMENT["model"]["modes"].items():
        most = mode.get("references")
        if most is None:
            continue
        counts = {
            (len(fields.get("reference_images") or ()), len(fields.get("reference_videos") or ()))
            for fields in SUBMITTED
            if fields.get("mode") == name
        }
        totals = {sum(count) for count in counts}
        assert {most["images"], most["images"] + 1} <= {images for images, _ in counts}
        assert {most["videos"], most["videos"] + 1} <= {videos for _, videos in counts}
        assert {most["total"], most["total"] + 1} <= totals
