"""The second opinion of a target: what is sent, what is found, and how it is shown again."""

import itertools
from types import SimpleNamespace

import pytest

from contracts.events import OpinionGiven, RuleBroken
from contracts.exchange import Sent
from contracts.opinion import NAME
from contracts.opinion.opinion import Finding, SecondOpinion
from contracts.replay import replay
from contracts.run import BASELINE, OPINION, Plan, Profile, Run
from contracts.script import Call, OnJob, Script, Submit
from contracts.script_json import to_json
from contracts.target import TargetError
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT
from tests.contracts.opinion.conftest import changed

LIVEZ = Sent(operation="livez", method="GET", target="/livez", key=None)
SMALL = ("/v1/jobs", "/v1/jobs/{job_id}", "/v1/videos/generations", "/v1/jobs/{job_id}/cancel")


def only(document, *paths):
    """The *document* with *paths* alone."""
    kept = {path: document["paths"][path] for path in paths}
    return {**document, "paths": kept}


def serving(app, *paths):
    """Return *app*, whose document has only *paths*, so that there is less to send."""
    return changed(app, "/openapi.json", lambda document: only(document, *paths))


def ask(opened, seed=1, examples=2, is_over=lambda: False):
    drivers = []

    def kept():
        drivers.append(driver := opened())
        return driver

    opinion = SecondOpinion(kept, CONTRACT, seed=seed, examples=examples)
    *findings, given = opinion.findings(is_over)
    return findings, given, [one for driver in drivers for one in driver.recording.exchanges]


def test_sound_target_has_nothing_said_against_it_and_all_methods_are_plain(opening, emulator):
    findings, given, exchanges = ask(opening(emulator))
    assert not findings
    assert (given.trouble, given.cases > 400) == (None, True)
    assert {one.sent.method for one in exchanges} <= {"GET", "HEAD", "POST", "PUT", "PATCH"}
    assert any(one.sent.operation == "cancel" and one.answer.status == 200 for one in exchanges)


def test_same_seed_sends_the_same_and_another_seed_something_else(opening):
    first, again, other = (
        [one.sent for one in ask(opening(serving(create_app(Settings()), *SMALL)), seed)[2]]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_api_without_a_document_is_told(opening, emulator):
    async def without(scope, receive, send):
        path = "/nothing" if scope["path"] == "/openapi.json" else scope["path"]
        await emulator({**scope, "path": path}, receive, send)

    findings, given, exchanges = ask(opening(without))
    assert not findings
    assert given == OpinionGiven(trouble="no OpenAPI document is served")
    assert len(exchanges) == 1


def test_nothing_is_sent_once_the_time_is_over(opening, emulator):
    findings, given, exchanges = ask(opening(emulator), is_over=lambda: True)
    assert (findings, given) == ([], OpinionGiven())
    assert len(exchanges) == 1


def test_answer_that_the_document_does_not_have_is_found(opening, emulator):
    app = changed(emulator, "/health", lambda body: {**body, "status": 5})
    findings, _, _ = ask(opening(serving(app, "/health")))
    found = {failure.check: finding for finding in findings for failure in finding.failures}
    assert found.keys() >= {"schemathesis_response_schema_conformance"}
    assert [type(step) for step in findings[0].script.steps] == [Call]


def test_links_lead_to_jobs_that_were_made(opening, emulator):
    def change(body):
        return {**body, "progress": 2} if "progress" in body else body

    app = changed(emulator, "/v1/jobs/", change)
    findings, _, _ = ask(opening(serving(app, *SMALL)), examples=5)
    assert all(isinstance(finding, Finding) for finding in findings)
    steps = findings[-1].script.steps
    assert isinstance(steps[-1], OnJob)
    assert any(isinstance(step, Submit) and step.job == steps[-1].job for step in steps)


def run(opened):
    profile = Profile(name="default", examples=0, steps=0, seconds=600, opinions=2)
    plan = Plan(target="app", is_emulator=True, scripts=(), profile=profile, seed=1)
    return [*Run(CONTRACT, plan, opened).events()]


@pytest.mark.parametrize("calls", [1, 5, 40])
def test_what_was_found_is_told_though_the_target_goes(opening, emulator, calls):
    app = changed(emulator, "/health", lambda body: {**body, "status": 5})
    left = itertools.count(1)

    def going():
        driver = opening(serving(app, "/health", *SMALL))()
        send = driver._transport.send

        def sent(request):
            if request.operation != "control" and next(left) > calls:
                raise TargetError("http://x: gone")
            return send(request)

        driver._transport = SimpleNamespace(send=sent)
        return driver

    findings = SecondOpinion(going, CONTRACT, seed=1, examples=2).findings(lambda: False)
    with pytest.raises(TargetError):
        list(findings)


def test_run_shows_what_was_found_again_by_itself(opening, emulator):
    app = changed(emulator, "/health", lambda body: {**body, "status": 5})
    broken = [one for one in run(opening(serving(app, "/health"))) if isinstance(one, RuleBroken)]
    assert {one.failure.check for one in broken} >= {"schemathesis_response_schema_conformance"}
    assert all(one.engine == OPINION and one.is_reproduced for one in broken)
    assert all(one.failure.verdict.rule == "HEALTH" for one in broken)
    assert all(len(one.script.steps) == 1 for one in broken)


def test_what_it_found_once_is_tried_again_without_asking_it(opening, emulator):
    app = serving(changed(emulator, "/health", lambda body: {**body, "status": 5}), "/health")
    (first, *_) = [one for one in run(opening(app)) if isinstance(one, RuleBroken)]
    plan = Plan(
        target="app",
        is_emulator=True,
        scripts=(),
        profile=Profile(name="smoke", examples=0, steps=0, seconds=600),
        seed=1,
        known=(first.script,),
    )
    again = [
        one for one in Run(CONTRACT, plan, opening(app)).events() if isinstance(one, RuleBroken)
    ]
    assert first.failure.place in {one.failure.place for one in again}
    assert {(one.engine, one.is_reproduced) for one in again} == {(BASELINE, True)}


def test_run_tells_that_there_was_an_opinion(opening, emulator):
    *_, given, finished = run(opening(serving(emulator, "/livez")))
    assert isinstance(given, OpinionGiven)
    assert given.cases == 1
    assert finished.is_complete


def test_what_only_the_document_shows_is_replayed(opening, emulator):
    app = changed(emulator, "/health", lambda body: {**body, "status": 5})
    with ThreadServer(serving(app, "/health")) as server:
        (broken, *_) = [one for one in run(opening(app)) if isinstance(one, RuleBroken)]
        script = to_json(broken.script)
        found = replay(script, "HEALTH", server.url, keys={})
    assert any("Schemathesis" in line for line in found)


def test_replay_on_a_target_without_a_document_has_the_checks_of_the_kit():
    script = Script(name=NAME, rules=("HEALTH",), steps=(Call(LIVEZ),))
    app = create_app(Settings())
    with ThreadServer(changed(app, "/openapi.json", lambda _: [])) as server:
        assert not replay(to_json(script), "HEALTH", server.url, keys={})
