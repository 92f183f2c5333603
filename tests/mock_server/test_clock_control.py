"""The account's clock: real, manual or skip, through /_mock/clock, and all that follows it."""

from typing import Any

import pytest

CLOCK = "/_mock/clock"
START = "2026-11-22T18:00:00.000Z"


def enter(client, mode):
    return client.send("PUT", CLOCK, {"mode": mode})


def test_clock_tells_whose_it_is(client):
    """The kit recognises the emulator by this answer."""
    assert client.get(CLOCK).json == {"emulator": "wan-mock", "mode": "real", "now": START}


@pytest.mark.parametrize("mode", ["real", "manual", "skip"])
def test_mode_is_set_and_answered(client, mode):
    answer = enter(client, mode)

    assert answer.status == 200
    assert answer.json == {"emulator": "wan-mock", "mode": mode, "now": START}
    assert client.get(CLOCK).json == answer.json


@pytest.mark.parametrize("mode", ["real", "manual", "skip"])
def test_setting_decides_the_mode_of_new_accounts(make_client, mode):
    assert make_client(clock=mode).get(CLOCK).json["mode"] == mode


def test_real_clock_goes_on(client):
    client.time.pass_seconds(90)

    assert client.get(CLOCK).json["now"] == "2026-11-22T18:01:30.000Z"


def test_manual_clock_stops_at_the_present_moment(client):
    client.time.pass_seconds(10)
    enter(client, "manual")
    client.time.pass_seconds(10)

    assert client.get(CLOCK).json["now"] == "2026-11-22T18:00:10.000Z"


def test_left_manual_clock_goes_on_from_where_it_stood(client):
    enter(client, "manual")
    client.time.pass_seconds(1000)
    enter(client, "real")
    client.time.pass_seconds(1)

    assert client.get(CLOCK).json["now"] == "2026-11-22T18:00:01.000Z"


@pytest.mark.parametrize("mode", ["real", "manual", "skip"])
@pytest.mark.parametrize(
    ("seconds", "now"),
    [(0, START), (0.0015, "2026-11-22T18:00:00.001Z"), (86_400, "2026-11-23T18:00:00.000Z")],
)
def test_clock_is_advanced_in_every_mode(client, mode, seconds, now):
    enter(client, mode)
    answer = client.advance(seconds)

    assert answer.status == 200
    assert answer.json == {"emulator": "wan-mock", "mode": mode, "now": now}


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"seconds":-1}',
        b'{"seconds":-1e-9}',
        b'{"seconds":"1"}',
        b'{"seconds":true}',
        b'{"seconds":null}',
        b'{"seconds":1e300}',
        b'{"seconds":1e999999}',
        b'{"seconds":NaN}',
        b'{"seconds":1,"minutes":1}',
        b"[]",
        b"5",
        b"",
    ],
)
def test_bad_advance_is_a_400_and_moves_nothing(client, conforms, body):
    answer = client.post(f"{CLOCK}/advance", body=body)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert client.get(CLOCK).json["now"] == START


@pytest.mark.parametrize("fields", [{}, {"mode": "fast"}, {"mode": None}, {"mode": ["real"]}])
def test_bad_mode_is_a_400_that_names_the_modes(client, fields):
    answer = client.send("PUT", CLOCK, fields)

    assert (answer.status, answer.error["param"]) == (400, "mode")
    assert "real, manual, skip" in answer.error["message"]


def test_clock_can_go_to_the_end_of_time_and_no_further(client):
    """Rule JOB-RETENTION and every timestamp still work there."""
    client.advance(251_000_000_000)
    job = client.finished()

    assert job["status"] == "completed"
    assert client.advance(300_000_000_000).status == 400


def polls_until_terminal(client, path):
    seen: list[Any] = []
    while len(seen) < 100:
        seen.append(client.get(path).json)
        if seen[-1]["status"] in {"completed", "failed"}:
            break
    return seen


@pytest.mark.parametrize("latency", ["quick", "instant", "realistic", 0.001, 3600, 1_000_000])
@pytest.mark.parametrize("image", ["https://example.com/a.png", "bunny://nobody/a.png"])
def test_skipping_client_that_only_polls_is_done_at_its_12th_poll(make_client, latency, image):
    """Rules JOB-FORWARD and JOB-PROGRESS hold while the clock skips."""
    client = make_client(clock="skip", latency=latency)
    seen = polls_until_terminal(client, client.submit(image=image).json["poll_url"])
    progress = [job["progress"] for job in seen]

    assert len(seen) <= 12
    assert progress == sorted(progress)
    assert seen[0]["status"] == ("queued" if latency != "instant" else seen[-1]["status"])


def test_skipping_shows_each_tenth_once(make_client):
    """Rule JOB-STATUS: queued, the ten tenths of processing, completed."""
    client = make_client(clock="skip")
    seen = polls_until_terminal(client, client.submit().json["poll_url"])

    assert [(job["status"], job["progress"]) for job in seen] == [
        ("queued", 0.0),
        *(("processing", tenth / 10) for tenth in range(10)),
        ("completed", 1.0),
    ]


def test_skipping_clock_runs_as_the_real_one_does(make_client):
    """A poll whose answer is new anyway moves nothing."""
    client = make_client(clock="skip")
    path = client.submit().json["poll_url"]
    client.get(path)
    client.time.pass_seconds(2.2)

    assert client.get(path).json["progress"] == 0.5
    assert client.get(CLOCK).json["now"] == "2026-11-22T18:00:02.200Z"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/v1/jobs"),
        ("GET", "/v1/account/usage"),
        ("POST", "/v1/videos/generations"),
        ("GET", "/v1/jobs/job_0"),
        ("PUT", "/v1/jobs"),
        ("GET", "/_mock/account"),
    ],
)
def test_lists_and_refusals_do_not_skip(make_client, method, target):
    client = make_client(clock="skip")
    client.get(client.submit().json["poll_url"])
    for _ in range(3):
        client.send(method, target)

    assert client.get(CLOCK).json["now"] == START


@pytest.mark.parametrize("mode", ["real", "manual"])
def test_polls_move_no_other_clock(make_client, mode):
    """Rule JOB-TERMINAL comes of time alone, however often a client asks."""
    client = make_client(clock=mode)
    path = client.submit().json["poll_url"]
    seen = {client.get(path).body for _ in range(20)}

    assert len(seen) == 1
    assert client.get(CLOCK).json["now"] == START


def test_terminal_job_skips_nothing(make_client):
    client = make_client(clock="skip")
    path = client.submit().json["poll_url"]
    polls_until_terminal(client, path)
    before = client.get(CLOCK).json
    client.get(path)

    assert client.get(CLOCK).json == before


def test_two_skipping_jobs_share_one_clock(make_client):
    """Rule JOB-TERMINAL: what one poll skips, the other job lives through."""
    client = make_client(clock="skip")
    first, second = (client.submit().json["poll_url"] for _ in range(2))
    polls_until_terminal(client, first)

    assert client.get(second).json["status"] == "completed"


def test_accounts_have_clocks_of_their_own(client):
    client.advance(100)

    assert client.as_("sk-empiriolabs-other").get(CLOCK).json["now"] == START


def test_skipping_knows_what_was_shown_before_it_was_switched_on(client):
    path = client.submit().json["poll_url"]
    assert client.get(path).json["status"] == "queued"
    client.send("PUT", "/_mock/clock", {"mode": "skip"})

    assert client.get(path).json["status"] == "processing"
