import pytest

from contracts.drift.canonical import Root
from contracts.drift.difference import Level, Place
from contracts.drift.schemas import Schemas
from contracts.drift.strain import Direction
from contracts.drift.values import ABSENT

BREAKING, COMPATIBLE, INFORMATIONAL = Level.BREAKING, Level.COMPATIBLE, Level.INFORMATIONAL
PLACE = Place(source="GET /openapi.json", pointer="/here")


def compared(document, live, direction=Direction.REQUEST, documents=None, lives=None, rules=None):
    schemas = Schemas(
        document=Root({"components": {"schemas": documents or {}}}),
        live=Root({"components": {"schemas": lives or {}}}),
        direction=direction,
        rules=rules or {},
    )
    return [*schemas.differences(document, live, PLACE)]


def told(document, live, direction=Direction.REQUEST):
    return [(one.pointer, one.level) for one in compared(document, live, direction)]


def fields(required=(), **properties):
    return {"type": "object", "properties": properties, "required": [*required]}


A, B = {"type": "string"}, {"type": "number"}


@pytest.mark.parametrize(
    ("document", "live", "pointer", "in_request", "in_answer"),
    [
        (A, B, "/here/type", BREAKING, BREAKING),
        (A, {"type": ["string", "null"]}, "/here/type", COMPATIBLE, BREAKING),
        (A, {**A, "maxLength": 9}, "/here/maxLength", BREAKING, COMPATIBLE),
        ({**A, "maxLength": 9}, A, "/here/maxLength", COMPATIBLE, BREAKING),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "/here/enum", BREAKING, COMPATIBLE),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, "/here/enum", COMPATIBLE, BREAKING),
        ({**A, "enum": ["a"]}, A, "/here/enum", COMPATIBLE, BREAKING),
        ({**A, "default": "a"}, {**A, "default": "b"}, "/here/default", BREAKING, INFORMATIONAL),
        ({**A, "default": "a"}, A, "/here/default", BREAKING, INFORMATIONAL),
        (A, {**A, "deprecated": True}, "/here/deprecated", INFORMATIONAL, INFORMATIONAL),
        (fields(a=A), fields(), "/here/properties/a", BREAKING, COMPATIBLE),
        (fields(["a"], a=A), fields(), "/here/properties/a", BREAKING, BREAKING),
        (fields(), fields(a=A), "/here/properties/a", COMPATIBLE, COMPATIBLE),
        (fields(), fields(["a"], a=A), "/here/properties/a", BREAKING, COMPATIBLE),
        (fields(a=False), fields(), "/here/properties/a", COMPATIBLE, COMPATIBLE),
        (fields(a=A), fields(["a"], a=A), "/here/required", BREAKING, COMPATIBLE),
        (fields(["a"], a=A), fields(a=A), "/here/required", COMPATIBLE, BREAKING),
        (fields(["a"]), fields(), "/here/required", COMPATIBLE, BREAKING),
        (fields(a=A), fields(a=B), "/here/properties/a/type", BREAKING, BREAKING),
        ({"items": A}, {"items": B}, "/here/items/type", BREAKING, BREAKING),
        ({}, {"items": B}, "/here/items", BREAKING, COMPATIBLE),
        ({"additionalProperties": A}, {"additionalProperties": B},
         "/here/additionalProperties/type", BREAKING, BREAKING),
        ({}, {"additionalProperties": False}, "/here/additionalProperties", BREAKING, COMPATIBLE),
        ({"anyOf": [A, B]}, A, "/here/anyOf", BREAKING, COMPATIBLE),
        (A, {"anyOf": [A, B]}, "/here/anyOf", COMPATIBLE, BREAKING),
        ({"anyOf": [A, B]}, {"anyOf": [B, {**A, "minLength": 1}]},
         "/here/anyOf/minLength", BREAKING, COMPATIBLE),
        ({"anyOf": [A, B]}, {"anyOf": 5}, "/here/anyOf", BREAKING, BREAKING),
        ({"allOf": [A, B]}, {"allOf": [A, {}, B]}, "/here/allOf", BREAKING, BREAKING),
        (A, "no schema", "/here", BREAKING, BREAKING),
        (A, {"$ref": "elsewhere.json"}, "/here", BREAKING, BREAKING),
    ],
)  # fmt: skip
def test_difference_breaks_by_the_direction_it_is_used_in(
    document, live, pointer, in_request, in_answer
):
    assert told(document, live) == [(pointer, in_request)]
    assert told(document, live, Direction.RESPONSE) == [(pointer, in_answer)]


def test_spelling_is_no_difference():
    document = {"anyOf": [{"type": "string"}, {"type": "null"}]}

    assert compared(document, {"type": ["null", "string"]}) == []


def test_branches_that_agree_are_found_in_any_order():
    document = {"anyOf": [A, B, {"$ref": "#/components/schemas/C"}]}
    live = {"oneOf": [fields(), B, A]}

    assert compared(document, live, documents={"C": fields()}) == []


def test_branches_of_a_schema_that_also_says_something_itself():
    document, live = {"anyOf": [A, B]}, {"anyOf": [A, B], "description": "x", "maxLength": 1}

    levels = [one.level for one in compared(document, live)]
    assert BREAKING in levels


def test_component_is_told_at_its_own_place_and_by_its_own_rule():
    document, live = {"$ref": "#/components/schemas/Job"}, {"$ref": "#/components/schemas/Task"}

    (found,) = compared(
        document, live, documents={"Job": A}, lives={"Task": B}, rules={"Job": "JOB-SHAPE"}
    )
    assert (found.pointer, found.rule) == ("/components/schemas/Task/type", "JOB-SHAPE")


def test_field_names_its_own_rule():
    document = fields(["a", "b"], a={**A, "x-rule": "REQ-A"}, b=A)

    found = compared(document, fields(b=B))
    assert [(one.rule, one.live) for one in found] == [
        ("REQ-A", ABSENT),
        (None, ["number"]),
        (None, ABSENT),
    ]


def test_what_must_be_an_object_or_an_array_and_is_none_counts_as_nothing():
    live = {"properties": 5, "required": {"a": 1}}

    assert told(fields(["a"]), {**live, "type": "object"}) == [("/here/required", COMPATIBLE)]
    assert told(fields(), {"properties": {}, "required": [{}], "type": "object"}) == []


def test_branches_of_two_that_say_more_beside_them():
    document = {"anyOf": [A, B], "minLength": 1}
    live = {"minLength": 1}

    assert told(document, live) == [("/here/anyOf", BREAKING), ("/here/anyOf", BREAKING)]
