import pytest

from contracts.drift.canonical import Root, canonical

ROOT = Root(
    {
        "components": {
            "schemas": {
                "Text": {"type": "string", "title": "A text"},
                "Same": {"$ref": "#/components/schemas/Text"},
                "Loop": {"$ref": "#/components/schemas/Loop"},
                "Whole": {"allOf": [{"$ref": "#/components/schemas/Whole"}]},
                "Gone": {"$ref": "#/components/schemas/Nobody"},
                "a/b~c": {"type": "number"},
                "Null": None,
            }
        }
    }
)
TEXT = {"type": ["string"]}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, {}),
        (False, {"not": {}}),
        ({}, {}),
        ({"description": "words", "x-own": 1, "title": "T", "examples": [1]}, {}),
        ({"default": None, "deprecated": False, "additionalProperties": {}, "items": {}}, {}),
        ({"additionalProperties": True}, {}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"type": "string"}, TEXT),
        ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
        ({"type": "string", "nullable": True}, {"type": ["null", "string"]}),
        ({"nullable": False, "type": "string"}, TEXT),
        ({"nullable": True}, {}),
        ({"enum": ["a"], "nullable": True}, {"enum": ["a", None], "type": ["null", "string"]}),
        ({"type": "string", "enum": ["a", None], "nullable": True},
         {"enum": ["a", None], "type": ["null", "string"]}),
        ({"const": "a"}, {"enum": ["a"], "type": ["string"]}),
        ({"enum": [1, 2.5]}, {"enum": [1, 2.5], "type": ["number"]}),
        ({"enum": [True, None]}, {"enum": [True, None], "type": ["boolean", "null"]}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["null", "string"]}),
        ({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Same"}]},
         {"type": ["null", "string"]}),
        ({"anyOf": [{"type": "string"}], "maxLength": 3}, {"type": ["string"], "maxLength": 3}),
        ({"oneOf": [{"type": "string"}, {"type": "number"}]},
         {"anyOf": [{"type": "string"}, {"type": "number"}]}),
        ({"anyOf": [{"type": "string"}], "type": "string"},
         {"anyOf": [{"type": "string"}], "type": ["string"]}),
        ({"anyOf": ["no schema"]}, {"anyOf": ["no schema"]}),
        ({"anyOf": 5}, {"anyOf": 5}),
        ({"$ref": "#/components/schemas/Same"}, TEXT),
        ({"$ref": "#/components/schemas/Same", "maxLength": 3}, {**TEXT, "maxLength": 3}),
        ({"$ref": "#/components/schemas/a~1b~0c"}, {"type": ["number"]}),
        ({"allOf": [{"$ref": "#/components/schemas/Text"}], "description": "x"}, TEXT),
        (
            {"allOf": [
                {"properties": {"a": {}}, "required": ["a"]},
                {"properties": {"b": {}}, "required": ["b", "a"]},
            ]},
            {"properties": {"a": {}, "b": {}}, "required": ["a", "b"]},
        ),
        ({"allOf": [{"type": "string"}, {"type": "number"}]},
         {"allOf": [{"type": "string"}, {"type": "number"}]}),
        ({"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {}}}]},
         {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {}}}]}),
        ({"allOf": [5]}, {"allOf": [5]}),
        ({"allOf": {}}, {"allOf": {}}),
    ],
)  # fmt: skip
def test_schema_has_one_spelling(schema, expected):
    assert canonical(schema, ROOT) == expected


@pytest.mark.parametrize(
    "schema",
    [
        5,
        [],
        {"$ref": 5},
        {"$ref": "https://example.org/schema.json"},
        {"$ref": "#/components/schemas/Gone"},
        {"$ref": "#/components/schemas/Loop"},
        {"$ref": "#/components/schemas/Null"},
        {"$ref": "#/components/schemas/Text/type/more"},
    ],
)
def test_what_is_no_schema_or_leads_nowhere(schema):
    assert canonical(schema, ROOT) is None


def test_schema_that_is_a_part_of_itself_ends():
    assert canonical({"$ref": "#/components/schemas/Whole"}, ROOT) == {
        "allOf": [{"$ref": "#/components/schemas/Whole"}]
    }
