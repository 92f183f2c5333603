"""The dashboard for everybody: by keyboard, by screen reader, on a phone, in the dark."""

from importlib.resources import files

import pytest
from playwright.sync_api import expect

from tests.dashboard.conftest import DESKTOP, PHONE

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']})"
LONG = "supercalifragilistic" * 20


def serious(page):
    """Return what axe finds to keep people out, each with where it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        (found["id"], [node["html"][:120] for node in found["nodes"]])
        for found in page.evaluate(RUN_AXE)["violations"]
        if found["impact"] in {"serious", "critical"}
    ]


def populate(client):
    """Make jobs of every status, a fault and refusals; return one that is processing."""
    client.freeze()
    failing = client.submit("fails", image="data:image/png;base64,AAAA")
    client.submit("completes")
    client.ask("POST", f"/v1/jobs/{client.submit('cancelled')}/cancel")
    client.advance(10)
    client.ask("POST", "/_mock/faults", {"scenario": "download-503", "times": 2})
    client.ask("POST", "/v1/videos/generations", {"prompt": LONG, "duration": 99})
    client.submit("queued")
    running = client.submit(LONG, duration=15)
    client.advance(1)
    client.poll(running)
    client.poll(failing)
    return running


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(dashboard_of, scheme, size):
    dashboard = dashboard_of(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    job = populate(dashboard.client)
    dashboard.open()
    page = dashboard.page
    page.get_by_text("Add a fault", exact=True).click()
    page.locator("#entries summary", has_text="400").click()
    page.get_by_label("duration").fill("99")
    expect(page.locator(".field.bad")).to_have_count(1)

    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]

    dashboard.row(job).locator("button").click()
    page.get_by_text("The same as a table").click()
    page.locator("#detail").get_by_role("button", name="Fail…").click()

    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    dashboard.complaints.clear()  # axe tries what the policy forbids


def test_account_without_jobs_has_nothing_serious_either(dashboard):
    dashboard.open()
    dashboard.page.locator("#account").click()

    assert serious(dashboard.page) == []
    dashboard.complaints.clear()


def test_keyboard_alone_leads_through_the_jobs(dashboard):
    dashboard.client.freeze()
    older, newer = dashboard.client.submit("older"), dashboard.client.submit("newer")
    dashboard.open()
    keyboard, detail = dashboard.page.keyboard, dashboard.page.locator("#detail")
    keyboard.press("Tab")
    expect(dashboard.page.get_by_role("link", name="Skip to the jobs")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(dashboard.row(newer).get_by_role("button")).to_be_focused()

    keyboard.press("ArrowDown")
    expect(dashboard.row(older).get_by_role("button")).to_be_focused()
    keyboard.press("Enter")
    expect(detail.locator("h2")).to_contain_text(older)
    keyboard.press("ArrowUp")
    expect(detail.locator("h2")).to_contain_text(newer)
    keyboard.press("Escape")

    expect(detail).to_be_hidden()
    expect(dashboard.row(newer).get_by_role("button")).to_be_focused()


def test_job_is_finished_by_keyboard(dashboard):
    dashboard.client.freeze()
    job = dashboard.client.submit()
    dashboard.open(job)

    dashboard.page.get_by_role("button", name="Finish", exact=True).focus()
    dashboard.page.keyboard.press("Enter")

    expect(dashboard.row(job)).to_contain_text("completed")
    expect(dashboard.page.get_by_role("status").first).to_have_text("Jobs ended: 1 completed.")


def test_many_ends_are_told_in_one_sentence(dashboard):
    dashboard.client.freeze()
    dashboard.open()
    dashboard.client.submit_many(5)
    expect(dashboard.page.locator("#jobs-tally")).to_have_text("5, 5 running")

    dashboard.client.advance(60)

    expect(dashboard.page.locator("#live")).to_have_text("Jobs ended: 5 completed.")


def test_theme_is_switched_and_kept(dashboard_of):
    dashboard = dashboard_of(color_scheme="light")
    dashboard.open()
    background = "getComputedStyle(document.body).backgroundColor"
    light = dashboard.page.evaluate(background)

    dashboard.press("Theme: auto", "Theme: light")
    expect(dashboard.page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert dashboard.page.evaluate(background) != light
    dashboard.page.reload()

    expect(dashboard.page.get_by_role("button", name="Theme: dark")).to_be_visible()


def test_job_fills_a_phone_and_closes_again(dashboard_of):
    dashboard = dashboard_of(viewport=PHONE)
    job = dashboard.client.submit()
    dashboard.open()

    dashboard.row(job).click()
    expect(dashboard.page.locator("#detail")).to_be_focused()
    assert dashboard.page.locator("#detail").bounding_box() == {"x": 0, "y": 0, **PHONE}
    dashboard.press("Close")

    expect(dashboard.page.locator("#detail")).to_be_hidden()


def test_token_is_asked_for_and_kept(serve, dashboard_of):
    with serve(control_token="sesame") as server:
        page = dashboard_of(server.url).page
        page.goto(f"{server.url}/_mock/")
        page.get_by_role("textbox", name="Token").fill("sesame")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#connection")).to_have_text("Live")
        page.reload()
        expect(page.locator("#connection")).to_have_text("Live")
        page.goto("about:blank")  # before the server goes away


def test_link_cannot_put_commands_into_the_code_that_people_copy(dashboard):
    dashboard.page.goto(f"{dashboard.client.url}/_mock/?account=me#account=$(reboot)")

    expect(dashboard.page.locator("#account-name")).to_have_text("me")
    for snippet in dashboard.page.locator(".snippet").all():
        expect(snippet).to_contain_text("sk-empiriolabs-me")


def test_account_that_may_not_be_opened_is_told(dashboard):
    dashboard.page.goto(f"{dashboard.client.url}/_mock/#account=revoked")

    expect(dashboard.page.locator("#connection")).to_have_text("Refused")
    expect(dashboard.page.get_by_role("alert")).to_contain_text("revoked")
