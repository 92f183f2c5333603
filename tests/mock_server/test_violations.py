from decimal import Decimal

import pytest

from contracts.document import load
from mock_server.problems import InvalidRequest
from mock_server.validation import Validation
from mock_server.violations import show, wanted

CONTRACT = load()
VALIDATION = Validation(CONTRACT)
FORMS = "an http(s) URL, a data: URI or a bunny:// path would do."


def accept(body, policies):
    return VALIDATION.accept(VALIDATION.check(body, policies))


def message(policies=None, **fields):
    """Return what a client is told about its one mistake."""
    body = {"model": "wan-2-6", "prompt": "sunrise", **fields}
    with pytest.raises(InvalidRequest) as caught:
        accept(body, CONTRACT.policies_with(policies or {}))
    (violation,) = caught.value.violations
    return violation.message


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"duration": 3}, "duration: 3 is less than 5; a number from 5 to 15 would do."),
        (
            {"duration": Decimal("15.5")},
            "duration: 15.5 is more than 15; a number from 5 to 15 would do.",
        ),
        ({"duration": "6"}, 'duration: "6" is a string; a number from 5 to 15 would do.'),
        ({"duration": None}, "duration: null is no value; a number from 5 to 15 would do."),
        ({"duration": [6]}, "duration: [6] is an array; a number from 5 to 15 would do."),
        (
            {"seed": Decimal("1.5")},
            "seed: 1.5 is a fraction; an integer from 0 to 2147483647 would do.",
        ),
        ({"audio": 1}, "audio: 1 is a number; true or false would do."),
        ({"audio": Decimal("1.0")}, "audio: 1.0 is a number; true or false would do."),
        ({"prompt": True}, "prompt: true is a boolean; a text that is not blank would do."),
        ({"prompt": {}}, "prompt: {} is an object; a text that is not blank would do."),
        ({"prompt": " "}, 'prompt: " " is blank; a text that is not blank would do.'),
        (
            {"resolution": "1080P"},
            'resolution: "1080P" is not an option; one of 720p, 1080p would do.',
        ),
        ({"image": "a.png"}, f'image: "a.png" has another form; {FORMS}'),
        ({"images": ["a.png"]}, f'images[0]: "a.png" has another form; {FORMS}'),
        ({"images": "a.png"}, f'images: "a.png" is a string; an array of strings, each {FORMS}'),
        (
            {"template": "cats"},
            'template: "cats" is not supported; leave it out, the emulator has no templates.',
        ),
        ({"image": [Decimal("5.5")]}, f"image: [5.5] is an array; {FORMS}"),
    ],
)
def test_message_names_the_field_the_value_and_what_would_do(fields, expected):
    assert message(**fields) == expected


def test_missing_field_is_named_with_what_would_do():
    with pytest.raises(InvalidRequest) as caught:
        accept({}, CONTRACT.policies_with({}))

    assert [violation.message for violation in caught.value.violations] == [
        "model is missing; the id of a model as in GET /v1/models would do.",
        "prompt is missing; a text that is not blank would do.",
    ]


def test_unknown_fields_are_each_named_under_the_policy_that_refuses_them():
    """REQ-EXTRA."""
    with pytest.raises(InvalidRequest) as caught:
        accept(
            {"model": "wan-2-6", "prompt": "sunrise", "size": 1, "watermark": False},
            CONTRACT.policies_with({"unknown_fields": "reject"}),
        )

    assert [violation.message for violation in caught.value.violations] == [
        '"size" is not a field of this model; leave it out.',
        '"watermark" is not a field of this model; leave it out.',
    ]


def test_one_place_has_one_violation():
    assert message(seed=Decimal("-1.5")).startswith("seed: -1.5 is a fraction")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Zoë", '"Zoë"'),
        ({"a": [None, True]}, '{"a": [null, true]}'),
        (Decimal("5.10"), "5.10"),
        ([Decimal("5.10"), Decimal("12345678901234567890")], "[5.1, 12345678901234567890]"),
        ("x" * 100, '"' + "x" * 59 + "…"),
    ],
)
def test_value_is_shown_as_json_and_cut_where_it_gets_long(value, shown):
    assert show(value) == shown


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "boolean"}, "true or false"),
        ({"type": "array"}, "an array"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "an integer from 1 to 9"),
        ({"type": "number", "enum": [5, 10]}, "one of 5, 10"),
        ({"type": "string", "enum": ["a"], "x-wants": "something nice"}, "something nice"),
    ],
)
def test_schema_in_words(schema, words):
    assert wanted(schema) == words
