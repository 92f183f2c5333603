"""The page, as text and in a browser that is offline."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest
from playwright.sync_api import ViewportSize, sync_playwright

from contracts.exchange import Answer
from contracts.reports.html import body, html
from contracts.script import Follow, Submit
from tests.contracts.reports.conftest import FIELDS, STARTED, breaks, finished, polled, submitted

EVIL = "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
PHONE: ViewportSize = {"width": 390, "height": 844}
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']})"
OPEN_ALL = "document.querySelectorAll('details').forEach((details) => { details.open = true; })"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_page_asks_for_nothing_else(report):
    page = html(report)

    assert re.findall(r"<(?:script|link|img|iframe|object|embed|form|base)\b", page) == []
    assert re.findall(r"(?:src=|url\(|@import|srcset=|href=\"(?!#))", page) == []
    assert "default-src 'none'" in page


def test_everything_of_the_target_is_text(report_of, contract):
    exchange = polled("queued")
    spoiled = replace(exchange, answer=Answer(200, {"x-evil": EVIL}, EVIL.encode()))
    steps = (Submit(fields={**FIELDS, "prompt": EVIL}), Follow(job=EVIL))
    failed = breaks("JOB-FORWARD", [submitted(), spoiled], *steps, pointer=EVIL)
    page = html(
        report_of(failed, finished(contract), started=replace(STARTED, target=EVIL, profile=EVIL))
    )

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_page_tells_how_it_went(report, report_of, broken, contract):
    def heading(report):
        (found,) = re.findall(r"<h1>(.*?)</h1>", html(report), re.DOTALL)
        return " ".join(found.split())

    rules = len(contract.rules)
    assert heading(report) == f"1 of {rules} rules broken"
    assert heading(report_of(finished(contract))) == "No rule broken"
    assert heading(report_of()) == "No rule broken so far"


def test_page_tells_what_became_of_a_baseline(report_of, broken, contract, stale):
    page = html(report_of(finished(contract, compared=stale)))
    assert "<h1>Known failures are gone</h1>" in page
    assert "Stale in the baseline, it does not fail any more: <code>JOB-FORWARD</code>" in page
    assert "not checked by this run: <code>REQ-MODE</code>, submit." in page
    known = html(report_of(replace(broken, is_known=True), finished(contract)))
    assert "<h1>No rule broken but as known</h1>" in known
    assert '<span class="chip known">1 known</span>' in known


def test_page_tells_what_there_was_no_time_for(report_of, broken, contract):
    late = replace(broken, is_out_of_time=True)
    end = finished(contract, is_complete=False, not_reached=("one script", "another"))
    once = replace(late, is_reproduced=False)
    costly = replace(once, not_replayed="it makes a job")
    page = html(report_of(late, once, costly, replace(end, notes=("a note",))))
    assert '<p class="note">a note</p>' in page
    assert "It was seen once, and was not tried again: it makes a job." in page
    assert "<summary>2 not reached in time</summary>one script; another" in page
    assert "The time was over before the steps could be made fewer." in page
    assert "and the time was over before it could be shown again." in page


def test_live_page_tells_what_it_may_have_cost(report_of, contract):
    live = replace(STARTED, is_emulator=False)

    assert "US$ 1.3500" in html(report_of(finished(contract, cost=1_350_000), started=live))


def test_what_is_no_character_is_replaced(report_of, contract):
    page = html(report_of(finished(contract), started=replace(STARTED, target="\ud800")))

    assert page.encode()


def test_many_answers_of_a_step_are_folded(report_of):
    history = [submitted(), *(polled("queued") for _ in range(5))]
    page = html(report_of(breaks("JOB-FORWARD", history, Submit(fields=FIELDS), Follow())))

    assert "4 answers before the last" in page


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, ""),
        ({"size": 0}, ""),
        ({"size": 5, "text": '{"é":1}', "is_cut": False}, '{\n  "é": 1\n}'),
        ({"size": 5, "text": "<html>", "is_cut": False}, "<html>"),
        ({"size": 20000, "text": "{", "is_cut": True}, "{\n… 20,000 bytes in all"),
        ({"size": 20000, "text": None, "is_cut": True}, "20,000 bytes that are no text"),
    ],
)
def test_body_is_shown_as_a_reader_wants_it(content, expected):
    assert body(content) == expected


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_readable_on_a_phone_and_offline(tool, tmp_path, report, scheme):
    """Nothing sticks out, a browser has nothing to complain of, and everybody can read it."""
    (tmp_path / "report.html").write_text(html(report), encoding="utf-8")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tool("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport=PHONE, color_scheme=scheme, offline=True)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto((tmp_path / "report.html").as_uri())
        page.evaluate(OPEN_ALL)
        assert page.evaluate(OVERFLOW) == 0
        assert complaints == []
        page.evaluate(AXE)
        found = page.evaluate(RUN_AXE)["violations"]
        browser.close()

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
