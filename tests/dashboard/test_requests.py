"""What the dashboard tells about requests: journal, timeline, faults, and the code of a composed request."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from mock_server.app import create_app
from mock_server.server import ThreadServer
from tests.dashboard.conftest import DESKTOP

HOSTILE = '<script>document.title = "run"</script><img src=x onerror="document.title = \'run\'">'


def test_journal_entry_opens_to_request_and_answer(dashboard):
    dashboard.client.ask(
        "POST", "/v1/videos/generations", {"model": "wan-2-6", "prompt": "x", "duration": 99}
    )
    dashboard.open()
    entry = dashboard.panel("Journal").locator("li", has_text="submit")
    expect(entry).to_contain_text("400")

    entry.locator("summary").click()

    expect(entry.locator(".violation")).to_contain_text("duration: 99 is more than 15")
    expect(entry.locator(".violation .hint")).not_to_be_empty()  # what the rule says
    expect(entry.locator("section").first).to_contain_text('"duration": 99')
    expect(entry.locator("section").last).to_contain_text('"code": "invalid_request"')
    expect(entry).not_to_contain_text("sk-empiriolabs-")


def test_live_entry_opens_with_its_bodies_too(dashboard):
    dashboard.open()
    expect(dashboard.panel("Journal")).to_contain_text("Nothing was asked yet")

    dashboard.client.submit("told later")
    entry = dashboard.panel("Journal").locator("li", has_text="submit")
    entry.locator("summary").click()

    expect(entry.locator("section").first).to_contain_text('"prompt": "told later"')


def test_entry_that_many_like_it_came_after_opens_too(dashboard):
    dashboard.open()
    job = dashboard.client.submit()
    dashboard.client.poll(job)
    entry = dashboard.panel("Journal").locator("li", has_text="poll").last
    expect(entry).to_be_visible()
    for _ in range(101):
        dashboard.client.poll(job)
    expect(dashboard.page.locator("#journal-tally")).to_have_text("103")
    entry.locator("summary").click()

    expect(entry.locator("section").last).to_contain_text('"job_id"')


def test_emulator_that_was_started_anew_is_shown_as_it_is_now(dashboard_of):
    """The ids of its requests and jobs are the same again."""
    with ThreadServer(create_app()) as server:
        dashboard = dashboard_of(server.url, viewport=DESKTOP)
        job = dashboard.client.submit("the first")
        dashboard.open(job)
        expect(dashboard.page.locator("#detail blockquote")).to_have_text("the first")
    with ThreadServer(create_app(), port=int(dashboard.client.url.rpartition(":")[2])):
        assert dashboard.client.submit("the second") == job
        expect(dashboard.page.locator("#detail blockquote")).to_have_text("the second")
        entry = dashboard.panel("Journal").locator("li", has_text="submit")
        entry.locator("summary").click()
        expect(entry.locator("section").first).to_contain_text('"prompt": "the second"')
        dashboard.page.goto("about:blank")
    dashboard.complaints.clear()  # the emulator was away


def test_journal_is_filtered_by_operation_and_status(dashboard):
    dashboard.client.poll(dashboard.client.submit())
    dashboard.client.poll("job_unknown")
    dashboard.open()
    journal = dashboard.panel("Journal")
    expect(journal.locator("li:visible")).to_have_count(3)

    journal.get_by_label("Operation").select_option("poll")
    expect(journal.locator("li:visible")).to_have_count(2)
    journal.get_by_label("Status").select_option("4xx")
    expect(journal.locator("li:visible")).to_have_count(1)
    expect(journal.locator(".tally")).to_have_text("1 of 3")


def test_wrong_path_is_told_what_was_near(dashboard):
    dashboard.open()
    dashboard.client.ask("GET", "/v1/job/x")
    entry = dashboard.panel("Journal").locator("li", has_text="/v1/job/x")

    entry.locator("summary").click()

    expect(entry.locator(".near")).to_contain_text("GET /v1/jobs/{job_id}")


def test_cleared_journal_is_empty(dashboard):
    dashboard.client.submit()
    dashboard.open()

    dashboard.panel("Journal").get_by_role("button", name="Clear").click()

    expect(dashboard.panel("Journal")).to_contain_text("Nothing was asked yet")


def test_timeline_has_a_mark_for_each_request(dashboard):
    dashboard.client.freeze()
    job = dashboard.client.submit()
    for seconds in (1, 1, 1, 3):
        dashboard.client.advance(seconds)
        dashboard.client.poll(job)
    dashboard.open(job)
    slider = dashboard.page.get_by_role("slider", name="Requests of this job")

    expect(slider).to_have_attribute("aria-valuemax", "5")
    expect(dashboard.page.locator(".rhythm")).to_have_text(
        "4 polls, the first after 1 s, then every 1 s (median; 1 s to 3 s), its end noticed after 2 s."
    )
    slider.press("End")
    expect(slider).to_have_attribute(
        "aria-valuetext", "after 6 s · poll · 200 · 3 s since the one before"
    )
    dashboard.page.get_by_text("The same as a table").click()
    expect(dashboard.page.locator(".timeline-box tbody tr")).to_have_count(
        8
    )  # 5 requests, 3 phases


def test_timeline_tells_polls_without_an_answer(dashboard):
    job = dashboard.client.submit("a kite @mock:poll-reset")
    for _ in range(4):
        dashboard.client.poll(job)
    dashboard.open(job)

    expect(dashboard.page.locator(".rhythm")).to_contain_text("3 without success")
    slider = dashboard.page.get_by_role("slider", name="Requests of this job")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("no answer .* poll-reset$"))


def test_timeline_grows_with_each_poll(dashboard):
    job = dashboard.client.submit()
    dashboard.open(job)
    slider = dashboard.page.get_by_role("slider", name="Requests of this job")
    expect(slider).to_have_attribute("aria-valuemax", "1")

    dashboard.client.poll(job)

    expect(slider).to_have_attribute("aria-valuemax", "2")


def test_scenario_is_added_as_a_fault_and_strikes(dashboard):
    job = dashboard.client.submit()
    dashboard.open()
    faults = dashboard.panel("Faults")
    faults.get_by_text("Add a fault", exact=True).click()
    faults.get_by_label("What goes wrong").select_option("submit-503")
    expect(faults).to_contain_text("Why: ")
    faults.get_by_role("button", name="Add the fault").click()
    expect(faults.locator(".faults")).to_contain_text("submit-503")

    status, _ = dashboard.client.ask(
        "POST", "/v1/videos/generations", {"model": "wan-2-6", "prompt": "x"}
    )

    assert status == 503
    expect(faults.locator(".count")).to_contain_text("struck 1 of 1")
    expect(faults.locator(".count")).to_contain_text("healed")
    assert dashboard.client.poll(job)[0] == 200


def test_action_of_ones_own_is_added_as_a_fault_and_deleted(dashboard):
    job = dashboard.client.submit()
    dashboard.open()
    faults = dashboard.panel("Faults")
    faults.get_by_text("Add a fault", exact=True).click()
    faults.get_by_label("What goes wrong").select_option(label="An action of your own…")
    faults.get_by_label("Status", exact=True).fill("418")
    faults.get_by_label("Times", exact=True).fill("")
    faults.get_by_role("button", name="Add the fault").click()
    expect(faults.locator(".faults")).to_contain_text('{"status":418}')
    assert dashboard.client.poll(job)[0] == 418

    faults.get_by_role("button", name="Delete the fault poll").click()

    expect(faults).to_contain_text("Nothing strikes")
    assert dashboard.client.poll(job)[0] == 200


def test_broken_rules_are_told_at_their_fields(dashboard):
    dashboard.open()
    compose = dashboard.panel("Compose a request")
    duration = compose.get_by_label("duration")

    duration.fill("99")

    expect(compose.locator(".field.bad")).to_have_count(1)
    expect(duration).to_have_attribute("aria-invalid", "true")
    expect(duration).to_have_accessible_description(
        "duration: 99 is more than 15; a number from 5 to 15 would do."
    )
    duration.fill("7")
    expect(compose.locator("output strong")).to_have_text("$0.966")
    expect(compose.locator(".field.bad")).to_have_count(0)


def test_scenario_goes_into_the_prompt(dashboard):
    dashboard.open()
    compose = dashboard.panel("Compose a request")

    compose.get_by_label("Add a scenario to the prompt").select_option("poll-429")

    expect(compose.get_by_label("prompt", exact=True)).to_have_value(
        "sunrise over the ocean @mock:poll-429"
    )


def test_file_is_uploaded_for_a_field(dashboard):
    dashboard.open()
    compose = dashboard.panel("Compose a request")

    compose.get_by_label("Upload a file for image", exact=True).set_input_files(
        "fixtures/samples/portrait.jpg"
    )

    expect(compose.get_by_role("textbox", name="image", exact=True)).to_have_value(
        re.compile("^bunny://")
    )
    expect(compose.locator("output")).to_contain_text("i2v")


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
def test_code_of_a_request_does_what_the_form_does(dashboard, tool, language):
    prompt = """it's "quoted" \\ and $HOME, `date` → ünïcode"""
    dashboard.open()
    compose = dashboard.panel("Compose a request")
    compose.get_by_label("prompt", exact=True).fill(prompt)
    compose.get_by_role("group", name="audio").get_by_role("radio", name="no").check()
    compose.get_by_role("radio", name=language).check()
    code = compose.locator(".snippet").inner_text()

    if language == "JavaScript":
        dashboard.page.evaluate(f"async () => {{ {code} }}")
    else:
        command = [tool("sh"), "-c"] if language == "curl" else [sys.executable, "-c"]
        subprocess.run([*command, code], check=True, capture_output=True)

    _, jobs = dashboard.client.ask("GET", "/_mock/jobs")
    (job,) = jobs["data"]
    assert (job["prompt"], job["video"]["sound"], job["price"]["seconds"]) == (prompt, False, 6)
    expect(dashboard.row(job["job_id"])).to_be_visible()


def test_text_of_users_is_never_markup(dashboard):
    job = dashboard.client.submit(HOSTILE, negative_prompt=HOSTILE)
    dashboard.client.ask("GET", "/v1/%3Cimg%20src=x%3E")
    dashboard.open(job)

    expect(dashboard.row(job).get_by_role("button")).to_have_text(HOSTILE)
    expect(dashboard.page.locator("#detail blockquote")).to_have_text(HOSTILE)
    for entry in dashboard.panel("Journal").locator("summary").all():
        entry.click()
    submitted = dashboard.panel("Journal").locator("li", has_text="submit").locator("section").first
    expect(submitted).to_contain_text("<script>")
    assert dashboard.page.locator("main script, main img").count() == 0
    assert dashboard.page.title() != "run"
