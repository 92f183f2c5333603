"""The command ``wan-mock drift``, against servers on a socket."""

import contextlib
import copy
import json

import pytest

from contracts.document import load
from contracts.drift.card import published_card
from mock_server.app import create_app
from mock_server.cli import main
from mock_server.server import ThreadServer
from mock_server.settings import Settings

CONTRACT = load()
CARD = published_card(CONTRACT.models["wan-2-6"], CONTRACT)


@pytest.fixture
def served():
    """Return a function that serves an application, and gives its URL."""
    with contextlib.ExitStack() as stack:

        def serve(app):
            server = ThreadServer(app)
            server.start()
            stack.callback(server.stop)
            return server.url

        yield serve


@pytest.fixture
def drift(capsys):
    """Return a function that runs the command, and gives its status, output and complaints."""

    def run(*arguments):
        statuses: list[int] = []
        main(["drift", *arguments], leave=statuses.append)
        captured = capsys.readouterr()
        return statuses[0], captured.out, captured.err

    return run


def publishing(asked=None, **changes):
    """Return an application that publishes a card with *changes* and a list, and serves no OpenAPI document.

    The paths that it is asked for go to *asked*.
    """
    card = {**copy.deepcopy(CARD), **changes}
    documents = {
        "/v1/models/wan-2-6": card,
        "/v1/models": {"object": "list", "data": [card]},
    }

    async def app(scope, receive, send):
        if asked is not None:
            asked.append(scope["path"])
        found = documents.get(scope["path"])
        status = 404 if found is None else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(found).encode()})

    return app


async def html(scope, receive, send):
    headers = [(b"content-type", b"text/html")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<html>Welcome</html>"})


def clock(body):
    """Return an application that answers everything with the same JSON."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})

    return app


def test_emulator_has_not_drifted(drift, served):
    status, said, complaint = drift(served(create_app()))

    assert (status, complaint) == (0, "")
    assert said.count("  read  ") == 3


def test_policies_of_an_emulator_are_no_drift(drift, served):
    settings = Settings(policies={"submit_status": "200", "seed_range": "accept"})

    assert drift(served(create_app(settings)))[0] == 0


def test_emulator_that_hides_is_taken_for_a_live_api(drift, served):
    assert drift(served(create_app(Settings(control=False))))[0] == 0


def test_key_that_the_emulator_refuses(drift, served):
    status, said, _ = drift(served(create_app()), "--api-key", "sk-wrong")

    assert status == 1
    assert said.count("could not look  GET /v1/models") == 2


def test_empty_key_is_none(drift, served):
    assert drift(served(create_app()), "--api-key", "")[0] == 0


def test_live_api_that_drifted(drift, served):
    changed = [{**one, "required": True} for one in CARD["supported_parameters"]]
    url = served(publishing(supported_parameters=changed))

    status, said, _ = drift(url, "--format", "json")
    told = json.loads(said)
    assert status == 1
    assert {one["wrong"] for one in told["findings"]} == {"live changed"}
    assert told["counts"]["breaking"] == len(changed) - 1
    assert told["sources"][-1] == {
        "request": "GET /openapi.json",
        "state": "not served",
        "trouble": "answers 404",
    }


def test_live_api_that_says_the_same_in_other_words(drift, served):
    assert drift(served(publishing(notes=["Other words."])), "--format", "markdown")[0] == 0


def test_api_that_is_not_on_this_machine_is_asked_for_nothing_but_what_it_publishes(drift, served):
    asked: list[str] = []
    url = served(publishing(asked)).replace("127.0.0.1", "127.1")  # which does not look like it

    assert drift(url)[0] == 0
    assert asked == ["/v1/models/wan-2-6", "/v1/models", "/openapi.json"]


def test_page_of_a_proxy_is_no_clean_look(drift, served):
    status, said, _ = drift(served(html))

    assert status == 1
    assert said.count("answers no JSON (it says text/html)") == 3


@pytest.mark.parametrize(
    "body", [[], {}, {"emulator": "wan-mock"}, {"emulator": "wan-mock", "policies": 5}]
)
def test_anything_that_answers_everything(drift, served, body):
    assert drift(served(clock(body)))[0] == 1


def test_policy_that_the_contract_does_not_have_is_left_alone(drift, served):
    body = {"emulator": "wan-mock", "policies": {"new": "x", "seed_range": "y"}}

    assert drift(served(clock(body)))[0] == 1


def test_report_of_a_run_tells_the_sides_apart(drift, served, tmp_path):
    report = tmp_path / "report.json"
    report.write_text(
        json.dumps({"is_emulator": False, "rules": [{"id": "REQ-DURATION", "state": "broken"}]})
    )
    changed = [
        {**one, "maximum": 10} if one["name"] == "duration" else one
        for one in CARD["supported_parameters"]
    ]

    _, said, _ = drift(served(publishing(supported_parameters=changed)), "--observed", str(report))
    assert "changed: document 15; published 10; seen live otherwise" in said
    assert "likely: document wrong" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://no-such-host.invalid"], "no such host"),
        (["nonsense"], "is no URL of an API"),
        (["http://127.0.0.1", "--observed", "/no/such/report.json"], "No such file"),
        (["http://127.0.0.1", "--timeout", "0"], "not in the range"),
        (["http://127.0.0.1", "--format", "xml"], "'xml' is not one of"),
        ([], "Missing argument 'URL'"),
    ],
)
def test_bad_usage_is_one_line(drift, arguments, said):
    status, output, complaint = drift(*arguments)

    assert (status, output) == (2, "")
    assert said in complaint
    assert complaint.count("\n") == 1
