import copy
import json
import re
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest

from contracts.document import join, load, published, read
from contracts.errors import DocumentError
from contracts.rule import Live, Provenance

CONTRACT = load()
(PUBLISHED,) = published()
RAW = json.loads(PUBLISHED.read_text(encoding="utf-8"))
FIELDS = "model/request/schema/properties/"
NOTHING = object()

# The rules of the contract page by section; a test names each of them where it is asserted.
SECTIONS = {
    "Request": 22,
    "Mode": 6,
    "Flash and r2v": 4,
    "Media": 6,
    "Price": 9,
    "Job": 11,
    "Output video": 8,
    "Accounts": 7,
}


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a document, or any text, and returns its path."""

    def write(content, name="other.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write


def other_model():
    """Return a sound document of one more model; it leans on the published one's rules and policies."""
    document = copy.deepcopy({"format": RAW["format"], "model": RAW["model"]})
    document["model"]["card"]["id"] = "other"
    return document


def changed(document, place, value):
    """Return *document* with *value* at *place*, or without what is there."""
    *path, last = [int(step) if step.isdigit() else step for step in place.split("/")]
    part = document
    for step in path:
        part = part[step]
    if value is NOTHING:
        del part[last]
    else:
        part[last] = value
    return document


def test_published_document_has_the_form_of_one_and_fits_together():
    """No start of the emulator checks it again."""
    assert join([read(PUBLISHED)]) == CONTRACT


def test_rules_stand_in_the_sections_of_the_contract_page():
    sections = groupby(rule.section for rule in CONTRACT.rules.values())

    assert {section: len([*rules]) for section, rules in sections} == SECTIONS


@pytest.mark.parametrize("rule", CONTRACT.rules.values(), ids=lambda rule: rule.id)
def test_rule_says_who_says_so_and_what_is_done_live(rule):
    assert rule.text
    assert rule.source
    assert rule.section
    assert rule.provenance in Provenance
    assert rule.live in Live


def test_nothing_inferred_or_ours_is_asserted_live():
    guesses = {Provenance.INFERRED, Provenance.OURS}

    assert not [
        rule.id
        for rule in CONTRACT.rules.values()
        if rule.provenance in guesses and rule.live is Live.ASSERT
    ]


def test_rules_that_are_never_tried_live():
    never = {rule.id for rule in CONTRACT.rules.values() if rule.live is Live.NEVER}

    assert never == {"REQ-STRICT", "REQ-SIZE", "OUT-SEED"}


def test_policies_and_their_defaults():
    assert CONTRACT.policies_with({}) == {
        "submit_status": "202",
        "seed_range": "enforce",
        "unknown_fields": "ignore",
        "flash_on_t2v": "ignore",
        "r2v_over_cap": "clamp",
        "media_errors": "late",
        "standard_audio": "honour",
    }


def test_chosen_policy_replaces_the_default():
    assert CONTRACT.policies_with({"r2v_over_cap": "reject"})["r2v_over_cap"] == "reject"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"r2v": "reject"}, "unknown policy 'r2v'; one of submit_status, "),
        ({"r2v_over_cap": "no"}, "policy r2v_over_cap: 'no' is not one of clamp, reject"),
    ],
)
def test_unknown_policy_is_refused_with_what_would_do(chosen, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        CONTRACT.policies_with(chosen)


def test_limits_are_the_documented_ones():
    limits = CONTRACT.api.limits

    assert (limits.requests_per_minute, limits.rate_window_seconds) == (50, 60)
    assert limits.max_body_bytes == 32 * 1024 * 1024
    assert limits.max_depth == 64
    assert limits.job_retention_seconds == 60 * 60
    assert limits.url_lifetime_seconds == 7 * 24 * 60 * 60
    assert limits.file_retention_seconds == 30 * 24 * 60 * 60


def test_error_table_is_that_of_the_contract_page():
    table = {(kind.status, code, kind.type) for code, kind in CONTRACT.api.errors.items()}

    assert table == {
        (400, "invalid_request", "invalid_request_error"),
        (401, "missing_api_key", "authentication_error"),
        (401, "invalid_api_key", "authentication_error"),
        (402, "insufficient_credits", "billing_error"),
        (403, "url_expired", "permission_error"),
        (403, "invalid_signature", "permission_error"),
        (403, "host_not_allowed", "permission_error"),
        (403, "cross_site_request", "permission_error"),
        (404, "model_not_found", "invalid_request_error"),
        (404, "job_not_found", "invalid_request_error"),
        (404, "not_found", "invalid_request_error"),
        (405, "method_not_allowed", "invalid_request_error"),
        (413, "request_too_large", "invalid_request_error"),
        (415, "unsupported_media_type", "invalid_request_error"),
        (416, "range_not_satisfiable", "invalid_request_error"),
        (429, "rate_limit_exceeded", "rate_limit_error"),
        (500, "internal_error", "server_error"),
        (502, "upstream_error", "upstream_error"),
        (503, "model_unavailable", "service_unavailable_error"),
    }


@pytest.mark.parametrize(
    ("operation", "method", "path", "key"),
    [
        ("submit", "POST", "/v1/videos/generations", "required"),
        ("job", "GET", "/v1/jobs/{job_id}", "required"),
        ("list", "GET", "/v1/jobs", "required"),
        ("cancel", "POST", "/v1/jobs/{job_id}/cancel", "required"),
        ("models", "GET", "/v1/models", "optional"),
        ("model", "GET", "/v1/models/{model_id}", "optional"),
        ("usage", "GET", "/v1/account/usage", "required"),
        ("sign", "GET", "/v1/files/sign", "required"),
        ("livez", "GET", "/livez", "none"),
        ("health", "GET", "/health", "none"),
        ("openapi", "GET", "/openapi.json", "none"),
        ("download", "GET", "/media/{file}", "none"),
    ],
)
def test_operation_is_where_the_contract_page_says(operation, method, path, key):
    found = CONTRACT.api.operations[operation]

    assert (found.method, found.path, found.key) == (method, path, key)


@pytest.mark.parametrize(
    "operation", CONTRACT.api.operations.values(), ids=lambda operation: operation.id
)
def test_operation_names_only_what_the_document_has(operation):
    assert operation.answer_schema in {None, *CONTRACT.api.schemas}
    assert operation.rule in {None, *CONTRACT.rules}
    assert operation.policy in {None, *CONTRACT.policies}
    assert set(operation.errors) <= {kind.status for kind in CONTRACT.api.errors.values()}


@pytest.mark.parametrize("name", CONTRACT.api.schemas)
def test_schema_of_an_answer_accepts_its_own_examples(name):
    schemas = {"components": {"schemas": CONTRACT.api.schemas}}
    schema = CONTRACT.api.schemas[name]
    validator = jsonschema.Draft202012Validator({**schemas, **schema})

    assert [
        error.message
        for example in schema.get("examples", [])
        for error in validator.iter_errors(example)
    ] == []


def test_request_schema_accepts_the_published_example():
    schema = CONTRACT.models["wan-2-6"].schema_under(CONTRACT.policies_with({}))
    example = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}

    assert example in schema["examples"]
    jsonschema.Draft202012Validator(schema).validate(example)


def test_another_model_is_another_file(write):
    contract = load([write(other_model())])

    assert list(contract.models) == ["wan-2-6", "other"]
    assert contract.rules == CONTRACT.rules


def test_document_may_bring_rules_and_policies_of_its_own(write):
    document = other_model()
    rule = {**RAW["rules"][0], "id": "REQ-OTHER", "policy": "moods"}
    document |= {
        "rules": [rule],
        "policies": {"moods": {"values": ["good", "bad"], "text": "How it feels."}},
    }
    document["model"]["request"]["schema"]["properties"]["mood"] = {
        "type": "string",
        "description": "How it feels.",
        "x-rule": "REQ-OTHER",
        "x-policies": {"moods": {"good": {"enum": ["fine"]}}},
    }

    contract = load([write(document)])

    schema = contract.models["other"].schema_under(contract.policies_with({}))
    assert schema["properties"]["mood"]["enum"] == ["fine"]
    assert "x-policies" not in schema["properties"]["mood"]


def test_first_document_needs_an_api_part(write):
    document = read(write(other_model()))

    with pytest.raises(DocumentError, match="no contract document has an 'api' part"):
        join([document])


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DocumentError, match=r"^nowhere\.json: No such file or directory$"):
        load([tmp_path / "nowhere.json"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not JSON: Expecting value"),
        ("{'a': 1}", "not JSON: Expecting property name"),
        ("[" * 100_000, "not JSON: maximum recursion depth exceeded"),
        ('{"model": {}, "model": {}}', "not JSON: the key 'model' comes twice in an object"),
        ('{"format": NaN}', "not JSON: NaN is no number of JSON"),
        ("[]", '/: [] is not of type "object"'),
    ],
)
def test_text_that_is_not_a_document_is_refused_in_one_line(write, content, message):
    with pytest.raises(DocumentError) as caught:
        load([write(content)])

    assert str(caught.value).startswith(f"other.json: {message}")
    assert "\n" not in str(caught.value)


def test_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_bytes(b"\xff")

    with pytest.raises(DocumentError, match=r"^other\.json: not JSON: 'utf-8' codec"):
        load([path])


FORM = [
    ("format", "wan-mock contract document 9", "/format: "),
    ("model/modes", [], "/model/modes: [] is not of type"),
    ("model/modes/i2v/rule", NOTHING, '/model/modes/i2v: "rule" is a required property'),
    ("model/modes/r2v/references/more", 1, "/model/modes/r2v/references: "),
    ("model/rates/0/rate", "0.1234567", '/model/rates/0/rate: "0.1234567" does not match'),
    ("model/rates/0/rate", 0.09, "/model/rates/0/rate: 0.09 is not of type"),
    ("model/output/sizes/720p/1:1", [961, 960], "/model/output/sizes/720p/1:1/0: 961"),
    ("model/latency/profiles/quick", NOTHING, '/model/latency/profiles: "quick" is a required'),
    ("model/request/schema/required", ["model"], "/model/request/schema/required: "),
    ("model/request/schema/x-extra-rule", NOTHING, '/model/request/schema: "x-extra-rule"'),
    ("model/request/schema/anyOf", [{}], "/model/request/schema: "),
    (f"{FIELDS}seed/x-rule", NOTHING, f'/{FIELDS}seed: "x-rule" is a required property'),
    (f"{FIELDS}seed/type", "object", f"/{FIELDS}seed/type: "),
    (f"{FIELDS}seed/minimum", 1, f"/{FIELDS}seed: "),
    (f"{FIELDS}seed/$ref", "http://example.com", f"/{FIELDS}seed: "),
    (f"{FIELDS}images/items", NOTHING, f'/{FIELDS}images: "items" is a required property'),
    (f"{FIELDS}image/x-wants", NOTHING, f"/{FIELDS}image: "),
    (f"{FIELDS}duration/minimum", 0, f"/{FIELDS}duration/minimum: "),
    (f"{FIELDS}resolution/enum", NOTHING, f'/{FIELDS}resolution: "enum" is a required property'),
    (f"{FIELDS}resolution/enum/0", 720, f"/{FIELDS}resolution/enum/0: "),
    (f"{FIELDS}audio/type", "string", f"/{FIELDS}audio/type: "),
    ("model/media/text", {}, "/model/media: "),
    ("model/media/video/codes/duration", NOTHING, '/model/media/video/codes: "duration"'),
    ("model/media/image/formats", [], "/model/media/image/formats: "),
    (f"{FIELDS}prompt", NOTHING, f'/{FIELDS[:-1]}: "prompt" is a required property'),
]

FIT = [
    (
        f"{FIELDS}duration/default",
        NOTHING,
        f"/{FIELDS}duration: a default is missing, or the field among the required",
    ),
    (
        "model/request/schema/x-extra-rule",
        "REQ-NONE",
        "/model/request/schema/x-extra-rule: no document states the rule 'REQ-NONE'",
    ),
    ("model/media/audio/rule", "NONE", "/model/media/audio/rule: no document states the rule"),
    ("model/media/image", NOTHING, "/model/media: 'image' is missing, and requests may bring one"),
    ("model/media/video", NOTHING, "/model/media: 'video' is missing, and requests may bring one"),
    ("model/media/audio", NOTHING, "/model/media: 'audio' is missing, and requests may bring one"),
    ("model/modes/r2v/references", NOTHING, "/model/modes/r2v: 'references' is missing, so that"),
    ("model/media/video/seconds", [30, 1], "/model/media/video/seconds: 30 is more than 1"),
    ("model/media/image/sides/r2v", [9, 8], "/model/media/image/sides/r2v: 9 is more than 8"),
    ("model/media/image/sides/i2v", NOTHING, "/model/media/image/sides: 'i2v' is missing"),
    (f"{FIELDS}seed/x-rule", "REQ-NONE", f"/{FIELDS}seed/x-rule: no document states the rule"),
    ("model/modes/i2v/rule", "MODE-NONE", "/model/modes/i2v/rule: no document states the rule"),
    ("model/rates/1/rule", "PRICE-NONE", "/model/rates/1/rule: no document states the rule"),
    (
        f"{FIELDS}seed/x-policies",
        {"moods": {"bad": {}}},
        f"/{FIELDS}seed/x-policies/moods: no document states the policy 'moods'",
    ),
    (
        f"{FIELDS}seed/x-policies/seed_range",
        {"odd": {}},
        f"/{FIELDS}seed/x-policies/seed_range: no document states the policy 'seed_range' with the value 'odd'",
    ),
    (
        "model/request/schema/x-policies",
        {"moods": {"bad": {}}},
        "/model/request/schema/x-policies/moods: ",
    ),
    (
        "rules",
        [{**RAW["rules"][0], "id": "REQ-NEW", "policy": "moods"}],
        "/rules/0/policy: no document states the policy 'moods'",
    ),
    ("model/request/schema/required/1", "raw", "/model/request/schema/required: "),
    (
        "model/request/schema/required",
        ["model", "prompt", "raw"],
        "/model/request/schema/required/2: 'raw' is not a field with a rule",
    ),
    (
        "model/request/schema/required",
        ["model", "prompt", "mood"],
        "/model/request/schema/required/2: 'mood' is not a field with a rule",
    ),
    (f"{FIELDS}prompt/pattern", "(", f'/{FIELDS}prompt: not a JSON Schema: "(" is not a "regex"'),
    (
        f"{FIELDS}mode/default",
        "v2v",
        f"/{FIELDS}mode/default: 'v2v' is not what the field itself accepts",
    ),
    (
        f"{FIELDS}image_url/x-alias",
        "picture",
        f"/{FIELDS}image_url/x-alias: 'picture' is not a field that takes such a value",
    ),
    (
        f"{FIELDS}image_url/x-alias",
        "audio",
        f"/{FIELDS}image_url/x-alias: 'audio' is not a field that takes such a value",
    ),
    (
        f"{FIELDS}image_url/x-alias",
        "video",
        f"/{FIELDS}image_url/x-alias: 'video' is not a field that takes such a value",
    ),
    (
        f"{FIELDS}mode/enum",
        ["auto", "t2v", "i2v"],
        "/model/modes: 'r2v' is in the field mode or among the modes, but not in both",
    ),
    (
        f"{FIELDS}mode/enum",
        ["auto", "t2v", "i2v", "r2v", "v2v"],
        "/model/modes: 'v2v' is in the field mode",
    ),
    ("model/output/sizes/720p/1:1", NOTHING, "/model/output/sizes/720p: '1:1' is missing"),
    ("model/output/sizes/1080p", NOTHING, "/model/output/sizes/1080p: '16:9' is missing"),
    ("model/output/picture/trusted", "2:1", "/model/output/sizes/720p: '2:1' is missing"),
    ("model/output/picture/exact", ["3:2"], "/model/output/sizes/720p: '3:2' is missing"),
    (
        "model/rates/0",
        NOTHING,
        "/model/rates: 0 rates apply to 720p with flash off and audio on; one would do",
    ),
    (
        "model/rates/5",
        NOTHING,
        "/model/rates: 0 rates apply to 1080p with flash on and audio off; one would do",
    ),
    (
        "model/rates/2/audio",
        NOTHING,
        "/model/rates: 2 rates apply to 720p with flash on and audio off; one would do",
    ),
    (
        f"{FIELDS}resolution/enum",
        ["720p", "1080p", "4k"],
        "/model/output/sizes/4k: '16:9' is missing",
    ),
    (
        "model/latency/profiles/realistic/at_clip_seconds/i2v",
        NOTHING,
        "/model/latency/profiles/realistic/at_clip_seconds: 'i2v' is missing",
    ),
    (
        "model/latency/profiles/realistic/resolution_factor/720p",
        NOTHING,
        "/model/latency/profiles/realistic/resolution_factor: '720p' is missing",
    ),
    (
        "model/latency/examples/0/mode",
        "v2v",
        "/model/latency/examples/0: no mode 'v2v' at '720p' is described",
    ),
    (
        "model/latency/examples/0/resolution",
        "4k",
        "/model/latency/examples/0: no mode 't2v' at '4k' is described",
    ),
]


@pytest.mark.parametrize(("place", "value", "message"), FORM + FIT)
def test_bad_document_is_refused_when_loaded_naming_file_and_place(write, place, value, message):
    document = changed(other_model(), place, value)

    with pytest.raises(DocumentError) as caught:
        load([write(document)])

    assert str(caught.value).startswith(f"other.json: {message}")
    assert "\n" not in str(caught.value)


def test_place_of_a_flaw_is_a_json_pointer(write):
    document = changed(other_model(), f"{FIELDS}seed/x-policies", {"a/b~c": {"on": {}}})

    with pytest.raises(DocumentError, match=re.escape("x-policies/a~1b~0c: ")):
        load([write(document)])


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("rules", RAW["rules"][:1], "rule 'REQ-JSON' comes twice"),
        (
            "policies",
            {"media_errors": RAW["policies"]["media_errors"]},
            "policy 'media_errors' comes twice",
        ),
        ("rules", [{**RAW["rules"][0], "id": "REQ-NEW"}] * 2, "rule 'REQ-NEW' comes twice"),
    ],
)
def test_name_that_is_taken_is_refused(write, part, value, message):
    with pytest.raises(
        DocumentError, match=rf"^other\.json: {message}; each needs a name of its own$"
    ):
        load([write({**other_model(), part: value})])


def test_model_that_is_taken_is_refused():
    with pytest.raises(DocumentError, match=r"^wan-2-6\.json: model 'wan-2-6' comes twice"):
        load([Path(str(PUBLISHED))])


def test_models_without_optional_fields_need_no_more_than_they_have(write):
    """No mode, audio or flash field: then there is nothing to choose, and one rate a resolution."""
    document = other_model()
    for name in ("mode", "audio", "generate_audio", "flash_mode"):
        changed(document, f"{FIELDS}{name}", NOTHING)
    document["model"]["rates"] = document["model"]["rates"][:2]

    assert list(load([write(document)]).models) == ["wan-2-6", "other"]


def test_every_model_has_the_latency_profiles_of_the_first(write):
    first = changed(copy.deepcopy(RAW), "model/latency/profiles/slow", {"seconds": 60})

    with pytest.raises(
        DocumentError, match=r"^other\.json: /model/latency/profiles: 'slow' is missing$"
    ):
        join([read(write(first, "first.json")), read(write(other_model()))])


def objects_of(schema):
    """Every object in *schema*, itself first."""
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from objects_of(part)


def test_what_is_undocumented_of_an_answer_is_required_there():
    found = [one for one in objects_of(CONTRACT.api.schemas) if "x-undocumented" in one]
    assert len(found) == 4
    for schema in found:
        assert {*schema["x-undocumented"]} <= {*schema["required"]} <= {*schema["properties"]}
