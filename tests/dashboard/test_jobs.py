"""The main paths of the dashboard: a job is composed, watched, hurried along, failed and cancelled."""

from playwright.sync_api import expect


def test_job_goes_from_the_composer_to_a_video_that_plays(dashboard):
    dashboard.client.freeze()
    dashboard.open()
    compose = dashboard.panel("Compose a request")
    compose.get_by_label("prompt", exact=True).fill("a paper boat")
    compose.get_by_label("duration").fill("5")
    expect(compose.locator("output strong")).to_have_text("$0.69")

    dashboard.press("Submit")
    dashboard.page.get_by_role("button", name="a paper boat").click()
    dashboard.press("Finish")

    detail = dashboard.page.locator("#detail")
    expect(detail.locator(".status")).to_have_text("completed")
    video = detail.locator("video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    assert video.evaluate("video => [video.duration, video.videoWidth, video.videoHeight]") == [
        5,
        1920,
        1080,
    ]


def test_finished_job_is_paid(dashboard):
    dashboard.client.freeze()
    job = dashboard.client.submit(duration=6)
    dashboard.open(job)
    expect(dashboard.page.locator("#held")).to_have_text("$0.828")

    dashboard.press("Finish")

    expect(dashboard.page.locator("#spent")).to_have_text("$0.828")
    expect(dashboard.page.locator("#held")).to_have_text("$0.00")
    expect(dashboard.panel("Spend").locator(".sum strong")).to_have_text("$0.828")


def test_nothing_is_downloaded_before_somebody_plays(dashboard):
    """Else the page would stir the very journal that it shows, and use up faults meant for the client."""
    dashboard.client.freeze()
    job = dashboard.client.submit()
    dashboard.client.advance(10)
    dashboard.open(job)
    expect(dashboard.page.locator("#detail video")).to_be_visible()

    _, journal = dashboard.client.ask("GET", "/_mock/requests?operation=download")

    assert journal["data"] == []


def test_advancing_the_clock_moves_the_progress(dashboard):
    dashboard.client.freeze()
    job = dashboard.client.submit()
    dashboard.open()
    row = dashboard.row(job)
    expect(row).to_contain_text("queued")

    dashboard.press("+1 s")
    expect(row).to_contain_text("processing")
    expect(row.locator(".percent")).to_have_text("16 %")

    dashboard.page.get_by_label("Seconds to advance").fill("1.8")
    dashboard.page.keyboard.press("Enter")
    expect(row.locator(".percent")).to_have_text("66 %")

    dashboard.press("+5 min")
    expect(row).to_contain_text("completed")


def test_clock_freezes_and_goes_on(dashboard):
    dashboard.open()
    dashboard.page.get_by_role("radio", name="Manual").check()
    expect(dashboard.page.locator("html")).to_have_attribute("data-clock", "manual")
    _, clock = dashboard.client.ask("GET", "/_mock/clock")
    expect(dashboard.page.locator("#now")).to_have_text(clock["now"][11:23])

    dashboard.page.get_by_role("radio", name="Skip").check()

    expect(dashboard.page.locator("html")).to_have_attribute("data-clock", "skip")
    assert dashboard.client.ask("GET", "/_mock/clock")[1]["mode"] == "skip"


def test_number_of_seconds_that_cannot_be_is_told(dashboard):
    dashboard.open()

    dashboard.page.get_by_label("Seconds to advance").fill("-3")
    dashboard.page.keyboard.press("Enter")

    expect(dashboard.page.get_by_role("alert")).to_contain_text("-3 is not a number of seconds")


def test_job_fails_with_the_code_and_message_typed(dashboard):
    dashboard.client.freeze()
    job = dashboard.client.submit()
    dashboard.open(job)

    dashboard.press("Fail…")
    dashboard.page.get_by_label("Message", exact=True).fill("DataInspectionFailed: no kites")
    dashboard.press("Fail it now")

    detail = dashboard.page.locator("#detail")
    expect(detail.locator(".status")).to_have_text("failed")
    expect(detail.locator(".box.error")).to_contain_text("DataInspectionFailed: no kites")
    assert "no kites" in dashboard.client.poll(job)[1]["error"]["message"]


def test_cancelled_job_costs_nothing(dashboard):
    dashboard.client.freeze()
    job = dashboard.client.submit()
    dashboard.open(job)

    dashboard.page.locator("#detail").get_by_role("button", name="Cancel").click()

    expect(dashboard.row(job)).to_contain_text("cancelled")
    expect(dashboard.page.locator("#held")).to_have_text("$0.00")


def test_price_that_was_given_back_is_crossed_out(dashboard):
    paid, cancelled = dashboard.client.submit(), dashboard.client.submit()
    dashboard.client.ask("POST", f"/v1/jobs/{cancelled}/cancel")
    dashboard.open(cancelled)

    expect(dashboard.row(cancelled).locator("del")).to_have_text("$0.69")
    expect(dashboard.row(paid).locator("del")).to_have_count(0)
    expect(dashboard.page.locator("#detail")).to_contain_text("$0.138, given back")


def test_reset_forgets_the_account_after_a_question(dashboard):
    job = dashboard.client.submit("soon forgotten")
    dashboard.open()
    expect(dashboard.row(job)).to_be_visible()

    dashboard.press("Reset account…", "Cancel")
    expect(dashboard.row(job)).to_be_visible()
    dashboard.press("Reset account…", "Reset it")

    expect(dashboard.row(job)).to_have_count(0)
    expect(dashboard.panel("Jobs")).to_contain_text("No job in this account yet")
    assert dashboard.client.ask("GET", "/_mock/jobs")[1]["data"] == []


def test_account_is_chosen_by_name(dashboard):
    dashboard.open()
    dashboard.page.locator("#account").click()
    dashboard.page.get_by_label("Another account").fill("somebody-else")
    dashboard.page.keyboard.press("Enter")

    expect(dashboard.page.locator("#account-name")).to_have_text("somebody-else")
    assert dashboard.page.url.endswith("#account=somebody-else")
    expect(dashboard.panel("Jobs").locator("pre")).to_contain_text("sk-empiriolabs-somebody-else")


def test_page_opens_at_the_account_seen_last_or_that_of_the_query(serve, dashboard_of):
    """Each on an emulator of its own: a page's own requests would make its account the one seen last."""
    for query, submits, expected in [
        ("", False, "me"),
        ("", True, None),
        ("?account=b", True, "b"),
    ]:
        with serve() as server:
            dashboard = dashboard_of(server.url, viewport={"width": 1280, "height": 800})
            if submits:
                dashboard.client.submit()

            dashboard.page.goto(f"{server.url}/_mock/{query}")

            account = expected or dashboard.client.account
            expect(dashboard.page.locator("#account-name")).to_have_text(account)
            dashboard.page.close()  # before the server, of whose end it would complain


def test_hundred_jobs_at_once_are_all_shown_and_all_end(dashboard):
    dashboard.client.freeze()
    dashboard.open()

    jobs = dashboard.client.submit_many(100)
    expect(dashboard.page.locator("#jobs-tally")).to_have_text("100, 100 running")
    dashboard.client.advance(60)

    expect(dashboard.page.locator("#jobs-tally")).to_have_text("100, 0 running")
    expect(dashboard.page.locator("tr[data-status=completed]")).to_have_count(len(set(jobs)))


def test_what_happens_shows_up_without_the_stream(dashboard):
    """A proxy may break server-sent events; then everything is read every two seconds."""
    dashboard.page.route("**/_mock/events?*", lambda route: route.abort())
    dashboard.page.goto(f"{dashboard.client.url}/_mock/#account={dashboard.client.account}")
    expect(dashboard.page.locator("#connection")).to_have_text("Every 2 s")

    job = dashboard.client.submit()

    expect(dashboard.row(job)).to_be_visible()
    dashboard.page.unroute("**/_mock/events?*")
    expect(dashboard.page.locator("#connection")).to_have_text("Live")
    dashboard.complaints.clear()  # the browser's, of the broken stream
