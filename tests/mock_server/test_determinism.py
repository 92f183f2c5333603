"""Same settings, same seed, same requests in the same order: the same answers to the letter."""

import json
import re

import pytest

GONE = "bunny://nobody/uploaded.png"
JOB_ID = re.compile("job_[0-9a-f]{24}")


def conversation(client):
    """Every answer of a session that uses all operations, as a client sees them."""
    answers = [
        client.submit(),
        client.submit(seed=5, resolution="720p", audio=False),
        client.submit(image=GONE),
        client.submit(prompt=""),
        client.submit(mode="i2v", image="https://example.com/a.png", flash_mode=True),
    ]
    paths = [answer.json["poll_url"] for answer in answers if answer.status == 202]
    for seconds in (1, 100, 1000):
        answers += [client.advance(seconds), *map(client.get, paths)]
        answers.append(client.post(f"{paths[3]}/cancel"))
    job = client.get(paths[0]).json
    answers.append(client.get(job["result"]["data"][0]["url"]))
    others = ("/v1/jobs", "/v1/account/usage", "/v1/models", "/health", "/openapi.json", "/nothing")
    return [*answers, *map(client.get, others), client.get("/_mock/account")]


@pytest.fixture
def play(make_client):
    return lambda **settings: conversation(
        make_client(**{"clock": "manual", "latency": "realistic", "seed": 3, **settings})
    )


def test_two_emulators_give_the_same_answers(play):
    """Rules JOB-SUBMIT, JOB-PROGRESS and OUT-SEED: ids, states, headers and bytes."""
    assert play() == play()


def test_another_seed_gives_other_ids_and_other_bytes(play):
    """Rule OUT-SEED: and other latencies."""
    first, second = play(), play(seed=4)

    ended = [
        [job["completed_at"] for job in answers[-7].json["data"]] for answers in (first, second)
    ]
    videos = [answers[-8].body for answers in (first, second)]

    assert first[0].json["job_id"] != second[0].json["job_id"]
    assert [answer.status for answer in first] == [answer.status for answer in second]
    assert ended[0] != ended[1]
    assert videos[0] != videos[1]
    assert all(video[4:8] == b"ftyp" for video in videos)


def test_another_account_has_other_ids(client):
    """Rule JOB-UNKNOWN: so that ids never meet."""
    ids = {
        client.as_(f"sk-empiriolabs-{name}").submit().json["job_id"]
        for name in ("ann", "bob", "ann-2", "nn")
    }

    assert len(ids) == 4


def test_ids_have_their_form_and_are_unique(client):
    """Rule JOB-SUBMIT."""
    ids = [answer.json["job_id"] for answer in client.submit_together(200, resolution="720p")]

    assert len(set(ids)) == 200
    assert all(JOB_ID.fullmatch(job_id) for job_id in ids)


def test_refused_requests_take_no_number(make_client):
    """Rule JOB-SUBMIT: the number is that of the job in its account."""
    first, second = make_client(), make_client()
    first.submit(prompt="")
    first.get("/v1/jobs")

    assert first.submit().json["job_id"] == second.submit().json["job_id"]


def test_order_of_fields_and_spaces_change_nothing(make_client):
    """Rule OUT-SEED."""
    fields = {"model": "wan-2-6", "prompt": "a", "duration": 5}
    turned = dict(reversed(fields.items()))
    videos = []
    for body in (json.dumps(fields), json.dumps(turned, indent=4)):
        client = make_client()
        path = client.post("/v1/videos/generations", body=body.encode()).json["poll_url"]
        client.time.pass_seconds(4)
        videos.append(client.get(client.get(path).json["result"]["data"][0]["url"]).body)

    assert videos[0] == videos[1]
