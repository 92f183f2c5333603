"""The reports of a client, in every form, and several as one table."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import ViewportSize, sync_playwright

from contracts.conformance.baseline import Baseline, ReportError
from contracts.conformance.reports import matrix
from contracts.conformance.reports.badge import badge
from contracts.conformance.reports.document import document, written
from contracts.conformance.reports.folder import write, write_matrix
from contracts.conformance.reports.html import html
from contracts.conformance.reports.junit import junit
from contracts.conformance.reports.report import Report
from contracts.conformance.reports.text import lines, listed
from contracts.conformance.reports.timeline import WIDTH, timeline
from contracts.conformance.result import judged
from contracts.conformance.said import Said
from contracts.reports.folder import FolderError
from tests.contracts.conformance.conftest import CASES, JOB, entry, trial

EVIL = "<script>document.title = 'owned'</script>\x07"
AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
PHONE: ViewportSize = {"width": 390, "height": 844}
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']})"
OPEN_ALL = "document.querySelectorAll('details').forEach((details) => { details.open = true; })"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ENTRIES = (
    entry("submit", at=0.1, status=503, answer_headers={"retry-after": "1"}),
    entry("submit", at=1.2, status=202),
    entry(at=1.3, answer_body='{"status": "queued"}'),
    entry(at=2.3, status=None),
    entry("list", at=2.4, status=404),
    entry("download", at=2.5, seconds=0.4),
)
SILENT = {"said": None, "trouble": f"it printed {EVIL!r}", "errors": EVIL}


def results():
    return [
        judged(CASES["request-plain"], trial(*ENTRIES, jobs=[JOB, JOB])),
        judged(CASES["submit-200"], trial(*ENTRIES, **SILENT)),
        judged(CASES["submit-503-retryable"], trial(*ENTRIES)),
        judged(CASES["poll-jitter"], trial(*ENTRIES)),
        judged(
            CASES["outcome-names-the-job"],
            trial(*ENTRIES, said=Said(outcome="completed", message=EVIL)),
        ),
        judged(CASES["download-once"], trial(*ENTRIES)),
    ]


@pytest.fixture
def report():
    return Report(
        adapter=("python", "clients/mine/adapter.py"),
        at=AT,
        seconds=12.5,
        cases=[*CASES.values()],
        results=results(),
    )


@pytest.fixture
def good(report):
    return replace(report, results=[report.results[-1]])


@pytest.fixture(scope="session")
def schema():
    path = files("contracts.conformance.reports").joinpath("report.schema.json")
    return json.loads(path.read_bytes())


def test_document_has_the_form_of_its_schema(report, good, schema):
    Draft202012Validator.check_schema(schema)
    for one in (report, good, replace(report, results=[], is_complete=False)):
        jsonschema_rs.validate(schema, json.loads(written(one)))
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema, {**document(good), "colour": "blue"})


def test_text_tells_what_failed_why_and_how_to_mend_it(report):
    text = "\n".join(lines(report))
    assert "MUST request-plain" in text
    assert "received  2, each of them charged: job_1, job_1" in text
    assert "MUST submit-200" in text
    assert "skipped poll-jitter: whether waits differ" in text
    assert "Not fit for production, 12.5 s." in text
    assert "US$ 0.90 for nothing" in text
    assert EVIL not in text
    assert "\x07" not in text


def test_text_of_a_client_that_is_fit(good, report):
    assert "Nothing failed, 12.5 s." in "\n".join(lines(good))
    known = replace(good, baseline=Baseline(frozenset({"download-once"})), is_complete=False)
    told = "\n".join(lines(known))
    assert "Stale in the baseline, it passes now: download-once." in told
    assert "cut short" in told
    failing = frozenset(one.case.id for one in report.results)
    applied = [Baseline(failing).applied(one) for one in report.results]
    assert "but 4 that are known" in "\n".join(lines(replace(report, results=applied)))
    should = replace(report, results=[report.results[4]])
    assert "Fit for production" in "\n".join(lines(should))
    some = "\n".join(lines(replace(should, is_selection=True)))
    assert "Only some cases were chosen, 12.5 s." in some
    assert "<h1>1 to mend in the cases chosen</h1>" in html(replace(should, is_selection=True))
    assert (should.is_bad(strict=False), should.is_bad(strict=True)) == (False, True)


def test_client_that_was_judged_by_nothing_is_not_fit(report):
    bare = replace(report, results=[report.results[3]])
    assert bare.is_bad(strict=False)
    assert "No case could be judged" in "\n".join(lines(bare))
    assert json.loads(badge(bare))["color"] == "lightgrey"
    assert not replace(report, results=[]).is_bad(strict=False)


def test_cases_are_listed():
    told = [*listed(CASES.values())]
    assert len(told) == len(CASES)
    assert told[0].startswith("request-plain ")
    assert [*listed([])] == []


def test_junit_has_a_case_for_each(report):
    root = ET.fromstring(junit(replace(report, baseline=Baseline(frozenset({"download-once"})))))
    assert (root.attrib["failures"], root.attrib["skipped"], root.attrib["tests"]) == (
        "4",
        "1",
        "7",
    )
    names = {case.attrib["name"]: [one.tag for one in case] for case in root.iter("testcase")}
    assert names["submit-503-retryable"] == ["system-out"]
    assert names["submit-200"] == ["failure"]
    assert names["poll-jitter"] == ["skipped"]


def test_case_without_a_trial_takes_no_time(report):
    (result,) = (one for one in report.results if one.case.id == "download-once")
    bare = replace(report, results=[replace(result, trial=None)])
    (case,) = ET.fromstring(junit(bare)).iter("testcase")
    assert "time" not in case.attrib


@pytest.mark.parametrize(
    ("chosen", "colour", "message"),
    [
        ([0, 5], "red", "1/2"),
        ([4, 5], "yellow", "1/2"),
        ([2, 5], "brightgreen", "1/2"),
        ([5], "brightgreen", "1/1"),
    ],
)
def test_badge_has_a_colour(report, chosen, colour, message):
    told = json.loads(badge(replace(report, results=[report.results[one] for one in chosen])))
    assert (told["color"], told["message"], told["schemaVersion"]) == (colour, message, 1)


def test_time_axis_is_drawn_to_scale():
    told = document(Report(adapter=("a",), at=AT, seconds=1, cases=[], results=results()))
    drawing = timeline(told["cases"][0]["trial"])
    submits = drawing.bars[:2]
    polls = drawing.bars[2], drawing.bars[3]
    wide = drawing.bars[-1]
    per_second = (submits[1].x - submits[0].x) / 1.1
    assert polls[1].x - polls[0].x == pytest.approx(per_second)
    assert wide.width == pytest.approx(0.4 * per_second)
    assert [lane for lane, _ in drawing.lanes] == ["submit", "poll", "download", "other"]
    assert all(bar.x + bar.width <= WIDTH for bar in drawing.bars)
    assert drawing.deadline is None


def test_axis_has_few_marks_however_long_it_took():
    told = document(Report(adapter=("a",), at=AT, seconds=1, cases=[], results=results()))
    trial_told = told["cases"][0]["trial"]
    for seconds in (0.05, 9.0, 70.0, 9000.0):
        drawing = timeline({**trial_told, "seconds": seconds, "exchanges": []})
        assert 1 <= len(drawing.marks) <= 11
    assert timeline({**trial_told, "seconds": 20.0}).deadline is not None


@pytest.fixture(scope="module")
def browser(tool):
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        with playwright.chromium.launch(executable_path=tool("chromium"), args=arguments) as one:
            yield one


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_pages_can_be_read_by_everybody(browser, report, good, scheme, tmp_path):
    write(report, tmp_path)
    found = matrix.matrix([tmp_path / "report.json", tmp_path / "report.json"])
    for page_text in (html(report), html(good), matrix.html(found)):
        (tmp_path / "page.html").write_text(page_text)
        page = browser.new_page(viewport=PHONE, color_scheme=scheme)
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((tmp_path / "page.html").as_uri())
        page.evaluate(OPEN_ALL)
        assert page.evaluate(OVERFLOW) == 0
        assert page.title() != "owned"
        page.evaluate(AXE)
        assert page.evaluate(RUN_AXE)["violations"] == []
        assert len(asked) == 1
        page.close()


def test_page_asks_for_nothing_else(report):
    page = html(report)
    assert re.findall(r"<(?:script|link|img|iframe|object|embed|form|base)\b", page) == []
    assert "Not fit for production" in page
    assert "How to mend it" in page


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"baseline": Baseline(frozenset({"download-once"}))}, "Known failures are gone"),
        ({"is_complete": False}, "Nothing failed so far"),
        ({}, "Fit for production"),
        ({"is_selection": True}, "Nothing failed of the cases chosen"),
    ],
)
def test_page_has_the_verdict_for_a_title(good, changes, title):
    assert f"<h1>{title}</h1>" in html(replace(good, **changes))


def test_every_form_is_written(report, tmp_path):
    write(report, tmp_path)
    names = {"report.html", "report.json", "junit.xml", "badge.json"}
    assert {path.name for path in tmp_path.iterdir()} == names
    with pytest.raises(FolderError, match="another --report-dir"):
        write(report, tmp_path / "nowhere")


def test_several_reports_become_one_table(report, good, tmp_path):
    one, other = tmp_path / "a.json", tmp_path / "b.json"
    one.write_text(written(report))
    other.write_text(written(good))
    found = matrix.matrix([one, other])
    assert found["clients"] == [f"mine/adapter.py ({one})", f"mine/adapter.py ({other})"]
    states = {case["id"]: [*case["states"].values()] for case in found["cases"]}
    assert states["request-plain"] == ["failed", "not tried"]
    assert states["download-once"] == ["passed", "passed"]
    text = matrix.text(found)
    assert re.search(r"^MUST +request-plain +F", text, re.MULTILINE)
    assert re.search(r"^failed +4 +0$", text, re.MULTILINE)
    write_matrix(found, tmp_path)
    assert json.loads((tmp_path / "matrix.json").read_text()) == found
    with pytest.raises(ReportError):
        matrix.matrix([tmp_path / "c.json"])


def test_clients_of_different_names_are_told_by_them(report, good, tmp_path):
    one, other = tmp_path / "a.json", tmp_path / "b.json"
    one.write_text(written(report))
    other.write_text(written(replace(good, adapter=("./yours",))))
    assert matrix.matrix([one, other])["clients"] == ["mine/adapter.py", "yours"]
