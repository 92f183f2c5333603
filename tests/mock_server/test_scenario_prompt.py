"""``@mock:NAME``: scenarios that a prompt names."""

import pytest
from hypothesis import given, strategies as st

from mock_server.scenarios.catalogue import SCENARIOS, find, nearest, together
from mock_server.scenarios.prompt import MOST_NAMES, mistakes_in, named_in
from mock_server.scenarios.scenario import Kind

# The interface's table.
NAMES = {
    Kind.LIFECYCLE: "slow stuck fails-moderation fails-upstream fails-at-99 fails-timeout cancelled-by-provider succeeded-word "
    "unknown-status unknown-fields completed-without-url progress-missing forgotten-early",
    Kind.SUBMIT: "submit-429 submit-503 submit-500-then-ok submit-lost submit-slow submit-200",
    Kind.POLL: "poll-429 poll-503 poll-reset poll-truncated poll-not-json poll-html-502 poll-slow poll-404-once",
    Kind.DOWNLOAD: "download-expired download-503 download-truncated download-reset download-slow download-redirect "
    "download-no-ranges download-corrupt download-wrong-type",
}


def test_catalogue_has_the_names_of_the_interface():
    found = {
        kind: {name for name, scenario in SCENARIOS.items() if scenario.kind is kind}
        for kind in Kind
    }

    assert found == {kind: set(names.split()) for kind, names in NAMES.items()}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_scenario_tells_in_sentences_what_happens_and_why(scenario):
    assert scenario.text[0].isupper()
    assert scenario.text.endswith(".")
    assert scenario.reason.endswith(".")
    assert (scenario.course is None) is (scenario.kind is not Kind.LIFECYCLE)
    assert (scenario.strike is None) is (scenario.kind is Kind.LIFECYCLE)


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("a cat", ()),
        ("@mock:slow", ("slow",)),
        ("a cat @mock:slow, on a mat", ("slow",)),
        ("a cat.@mock:slow.", ("slow",)),
        ("(@mock:slow)\n@mock:poll-429\n", ("slow", "poll-429")),
        ("@mock:slow@mock:poll-429", ("slow", "poll-429")),
        ("@mock:slow and again @mock:slow", ("slow",)),
        ("@mock:fails-at-99", ("fails-at-99",)),
        ("@mock: slow", ("",)),
        ("@mock:Slow", ("Slow",)),
        ("@mock:schnée", ("schnée",)),
        ("@mock slow @Mock:slow mock:slow", ()),
    ],
)
def test_names_stand_anywhere_in_a_prompt(prompt, names):
    assert named_in(prompt) == names


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("sloow", "slow"),
        ("SLOW", "slow"),
        ("fails_at_99", "fails-at-99"),
        ("poll-404", "poll-404-once"),
        ("moderation", "fails-moderation"),
    ],
)
def test_unknown_name_is_a_mistake_that_tells_the_nearest(name, meant):
    assert nearest(name) == meant
    assert [*mistakes_in(f"a @mock:{name} b")] == [
        f"@mock:{name} is not a scenario; the nearest is @mock:{meant}"
    ]


@pytest.mark.parametrize("name", ["", "x" * 10**6])
def test_name_of_any_length_has_a_nearest_and_a_short_mistake(name):
    (mistake,) = mistakes_in(f"@mock:{name}")

    assert nearest(name) in SCENARIOS
    assert len(mistake) < 200


def test_two_of_one_kind_are_a_mistake_and_of_different_kinds_are_not():
    assert [*mistakes_in("@mock:slow @mock:poll-429 @mock:download-reset @mock:submit-200")] == []
    assert [*mistakes_in("@mock:slow @mock:stuck")] == [
        "@mock:slow and @mock:stuck are both lifecycle scenarios; one of the two would do"
    ]


def test_mistakes_are_told_together_and_not_by_the_million():
    prompt = "@mock:slow @mock:x @mock:stuck @mock:y"

    assert len([*mistakes_in(prompt)]) == 3
    assert len([*mistakes_in("".join(f"@mock:x{n} " for n in range(10**5)))]) == MOST_NAMES


@pytest.mark.parametrize("name", [None, 1, ["slow"], "slo w", "Slow"])
def test_what_is_no_name_is_not_found(name):
    with pytest.raises(ValueError, match="is not"):
        find(name)


@given(st.lists(st.sampled_from([None, *SCENARIOS]), max_size=8))
def test_together_act_the_first_of_each_kind(names):
    chosen = together(*names)
    given_names = [name for name in names if name is not None]

    kinds = [SCENARIOS[name].kind for name in chosen]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == {SCENARIOS[name].kind for name in given_names}
    for name in chosen:
        kind = SCENARIOS[name].kind
        assert name == next(other for other in given_names if SCENARIOS[other].kind is kind)


def test_mistake_in_a_prompt_is_told_with_all_other_broken_rules(client, conforms):
    """REQ-PROMPT has them, for it is the prompt that is wrong."""
    answer = client.submit(prompt="a cat @mock:sloow @mock:slow @mock:stuck", duration=3, mode="x")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["param"]) == (400, "prompt")
    assert [(told["rule"], told["pointer"]) for told in answer.error["details"]] == [
        ("REQ-PROMPT", "/prompt"),
        ("REQ-PROMPT", "/prompt"),
        ("REQ-MODE", "/mode"),
        ("REQ-DURATION", "/duration"),
    ]
    assert answer.error["message"] == (
        "prompt: @mock:sloow is not a scenario; the nearest is @mock:slow."
    )
    assert client.money() == (1000, 0, 0)


@pytest.mark.parametrize("prompt", [7, None, " ", ["@mock:nothing"]])
def test_prompt_that_is_no_prompt_is_told_once(client, prompt):
    assert len(client.submit(prompt=prompt).error["details"]) == 1


def test_prompt_stays_as_it_was_sent(client):
    job_id = client.submit(prompt="a cat @mock:slow on a mat").json["job_id"]

    assert client.get(f"/_mock/jobs/{job_id}").json["prompt"] == "a cat @mock:slow on a mat"


def test_name_beyond_what_upstream_keeps_of_a_prompt_counts(client):
    """REQ-PROMPT-LENGTH: such a prompt is accepted."""
    job_id = client.submit(prompt="x" * 1600 + " @mock:slow").json["job_id"]

    assert client.get(f"/_mock/jobs/{job_id}").json["scenarios"] == ["slow"]


def test_names_of_different_kinds_act_on_one_job(client):
    prompt = "@mock:download-reset @mock:poll-slow @mock:succeeded-word"
    job_id = client.submit(prompt=prompt).json["job_id"]

    assert client.get(f"/_mock/jobs/{job_id}").json["scenarios"] == [
        "succeeded-word",
        "poll-slow",
        "download-reset",
    ]


def test_prompt_wins_over_the_default_of_its_kind_only(client):
    client.patch(scenario="slow")
    ids = [
        client.submit(prompt=prompt).json["job_id"]
        for prompt in ("a", "a @mock:stuck", "a @mock:poll-slow")
    ]

    found = [client.get(f"/_mock/jobs/{job_id}").json["scenarios"] for job_id in ids]
    assert found == [["slow"], ["stuck"], ["slow", "poll-slow"]]


def test_default_holds_until_it_is_taken_away(client):
    assert client.patch(scenario="slow").json["scenario"] == "slow"
    assert client.as_("sk-empiriolabs-other").get("/_mock/account").json["scenario"] is None
    assert client.patch(balance=5).json["scenario"] == "slow"
    assert client.patch(scenario=None).json["scenario"] is None

    job_id = client.submit().json["job_id"]
    assert client.get(f"/_mock/jobs/{job_id}").json["scenarios"] == []


def test_unknown_default_is_a_400_with_the_nearest_name(client):
    answer = client.patch(scenario="fails-at-98", balance=5)

    assert (answer.status, answer.error["param"]) == (400, "scenario")
    assert answer.error["message"] == (
        'scenario: "fails-at-98" is not a scenario; the nearest is "fails-at-99".'
    )
    assert client.get("/_mock/account").json["balance"] == 1000
