"""Submissions: what is accepted, what is refused and with which rule."""

import hashlib
import hmac
import json
from typing import Any

import pytest

URL = "https://example.com/a.png"
OTHER = "https://example.com/b.png"
CLIP = "https://example.com/a.mp4"
SUBMIT = "/v1/videos/generations"

ACCEPTED = {
    "REQ-PROMPT one character": {"prompt": "a"},
    "REQ-PROMPT any script": {"prompt": "海の上の日の出 🌅"},
    "REQ-PROMPT-LENGTH prompt": {"prompt": "p" * 5000},
    "REQ-PROMPT-LENGTH negative": {"negative_prompt": "n" * 5000},
    "REQ-MODE": {"mode": "t2v"},
    "REQ-RESOLUTION": {"resolution": "720p"},
    "REQ-DURATION least": {"duration": 5},
    "REQ-DURATION most": {"duration": 15},
    "REQ-DURATION-FRACTION": {"duration": 5.25},
    "REQ-ASPECT": {"aspect_ratio": "3:4"},
    "REQ-SHOT": {"shot_type": "single"},
    "REQ-IMAGE http": {"image": "http://example.com/a"},
    "REQ-IMAGE https": {"image": URL},
    "REQ-IMAGE data": {"image": "data:image/png;base64,AAAA"},
    "REQ-IMAGE bunny": {"image": "bunny://a/b.png"},
    "REQ-NEGATIVE": {"negative_prompt": "rain"},
    "REQ-SEED least": {"seed": 0},
    "REQ-SEED most": {"seed": 2147483647},
    "REQ-SEED whole": {"seed": 3.0},
    "REQ-AUDIO": {"audio": False},
    "REQ-FLASH": {"image": URL, "flash_mode": True},
    "REQ-EXTEND": {"prompt_extend": False},
    "REQ-MEDIA-FIELDS arrays": {"mode": "r2v", "images": [URL], "reference_videos": [CLIP]},
    "REQ-MEDIA-FIELDS empty": {"images": [], "reference_images": [], "reference_videos": []},
    "REQ-MEDIA-FIELDS strings": {"video": CLIP, "audio_url": "https://example.com/a.mp3"},
    "REQ-ALIAS image": {"image_url": URL},
    "REQ-ALIAS audio": {"generate_audio": False},
    "REQ-ALIAS agreeing": {"image": URL, "image_url": URL, "audio": True, "generate_audio": True},
    "REQ-EXTRA unknown": {"fps": 60, "loop": {"a": [None]}},
    "REQ-EXTRA without effect": {"disable_formatting": True, "raw": 1, "passthrough": None},
    "MODE-EXCLUSIVE union": {"image": URL, "images": [OTHER]},
    "MODE-EXPLICIT": {"mode": "t2v", "image": URL, "reference_images": [URL]},
    "MODE-R2V-REFERENCE picture": {"mode": "r2v", "image": URL},
    "MODE-R2V-REFERENCE clip": {"mode": "r2v", "video": CLIP},
    "MODE-REFERENCES": {"reference_images": [URL] * 2, "reference_videos": [CLIP] * 3},
    "MEDIA-AUDIO-R2V": {"mode": "r2v", "image": URL, "audio_url": "bunny://nobody/knows.mp3"},
    "R2V-CAP": {"mode": "r2v", "image": URL, "duration": 15},
    "FLASH-SCOPE": {"mode": "t2v", "flash_mode": True},
    "I2V-RATIO": {"mode": "i2v", "image": URL, "aspect_ratio": "9:16"},
}
REFUSED: dict[str, list[tuple[Any, str]]] = {
    "REQ-MODEL": [({"model": 7}, "model")],
    "REQ-PROMPT": [
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": 1}, "prompt"),
    ],
    "REQ-NULL": [
        ({name: None}, name)
        for name in (
            "model",
            "prompt",
            "mode",
            "duration",
            "image",
            "seed",
            "audio",
            "images",
            "video",
        )
    ],
    "REQ-MODE": [({"mode": "v2v"}, "mode"), ({"mode": "T2V"}, "mode")],
    "REQ-RESOLUTION": [
        ({"resolution": "1080P"}, "resolution"),
        ({"resolution": "480p"}, "resolution"),
    ],
    "REQ-DURATION": [
        ({"duration": 4}, "duration"),
        ({"duration": 4.999}, "duration"),
        ({"duration": 15.001}, "duration"),
        ({"duration": "5"}, "duration"),
        ({"duration": True}, "duration"),
    ],
    "REQ-ASPECT": [
        ({"aspect_ratio": "3:2"}, "aspect_ratio"),
        ({"aspect_ratio": "16x9"}, "aspect_ratio"),
    ],
    "REQ-SHOT": [({"shot_type": "double"}, "shot_type")],
    "REQ-IMAGE": [
        ({"image": "a.png"}, "image"),
        ({"image": "file:///a.png"}, "image"),
        ({"image": "ftp://example.com/a"}, "image"),
        ({"image": ""}, "image"),
        ({"image": [URL]}, "image"),
        ({"image_url": "a.png"}, "image_url"),
    ],
    "REQ-NEGATIVE": [({"negative_prompt": 3}, "negative_prompt")],
    "REQ-SEED": [
        ({"seed": -1}, "seed"),
        ({"seed": 2147483648}, "seed"),
        ({"seed": 3.5}, "seed"),
        ({"seed": "3"}, "seed"),
    ],
    "REQ-AUDIO": [({"audio": "true"}, "audio"), ({"generate_audio": 1}, "generate_audio")],
    "REQ-FLASH": [({"flash_mode": 1}, "flash_mode")],
    "REQ-EXTEND": [({"prompt_extend": "no"}, "prompt_extend")],
    "REQ-MEDIA-FIELDS": [
        ({"images": URL}, "images"),
        ({"images": [URL, "b.png"]}, "images"),
        ({"reference_images": [7]}, "reference_images"),
        ({"reference_videos": {}}, "reference_videos"),
        ({"video": [CLIP]}, "video"),
        ({"audio_url": "a.mp3"}, "audio_url"),
    ],
    "REQ-ALIAS": [
        ({"image": URL, "image_url": OTHER}, "image_url"),
        ({"audio": True, "generate_audio": False}, "generate_audio"),
        ({"reference_videos": [CLIP, CLIP], "video": CLIP}, "video"),
    ],
    "REQ-EXTRA": [
        ({"template": "x"}, "template"),
        ({"extend_from": {"job_id": "a"}}, "extend_from"),
    ],
    "MODE-I2V-IMAGE": [({"mode": "i2v"}, "image"), ({"mode": "i2v", "images": []}, "image")],
    "MODE-R2V-REFERENCE": [
        ({"mode": "r2v"}, "image"),
        ({"mode": "r2v", "audio_url": URL}, "image"),
    ],
    "MODE-EXCLUSIVE": [({"image": URL, "reference_images": [OTHER]}, "reference_images")],
    "MODE-REFERENCES": [
        ({"reference_images": [URL] * 6}, "reference_images"),
        ({"reference_videos": [CLIP] * 4}, "reference_videos"),
        ({"images": [URL, OTHER, CLIP], "reference_videos": [CLIP] * 3}, "images"),
    ],
}
REFUSALS = [
    pytest.param(rule, fields, param, id=f"{rule} {json.dumps(fields)[:50]}")
    for rule, cases in REFUSED.items()
    for fields, param in cases
]


def test_answer_leads_to_the_job(client, conforms):
    """Rule JOB-SUBMIT."""
    answer = client.submit()
    job_id = answer.json["job_id"]

    conforms(answer.json, "SubmitAnswer")
    assert answer.status == 202
    assert answer.json == {
        "job_id": job_id,
        "status": "queued",
        "poll_url": f"/v1/jobs/{job_id}",
        "model": "wan-2-6",
        "created_at": "2026-11-22T18:00:00.000Z",
    }
    assert client.get(answer.json["poll_url"]).json["job_id"] == job_id


def test_answer_has_the_headers_of_every_answer(client):
    answer = client.submit()

    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["x-request-id"]


def test_job_id_is_drawn_from_seed_account_and_number(make_client):
    """Rule JOB-SUBMIT: the first 24 hex digits of the HMAC that the contract names."""
    client = make_client(key="sk-empiriolabs-ann", seed=7)
    digest = hmac.digest(b"7", b"ann/2", hashlib.sha256).hex()
    client.submit()

    assert client.submit().json["job_id"] == f"job_{digest[:24]}"


@pytest.mark.parametrize("fields", ACCEPTED.values(), ids=ACCEPTED)
def test_valid_request_is_accepted(client, fields):
    assert client.submit(**fields).status == 202


@pytest.mark.parametrize(("rule", "fields", "param"), REFUSALS)
def test_broken_rule_is_named_with_its_field(client, conforms, rule, fields, param):
    answer = client.submit(**fields)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert answer.error["type"] == "invalid_request_error"
    assert answer.error["param"] == param
    assert answer.error["details"][0]["rule"] == rule
    assert answer.error["details"][0]["message"] == answer.error["message"]
    assert answer.error["message"].startswith(param)


@pytest.mark.parametrize(("rule", "param"), [("REQ-MODEL", "model"), ("REQ-PROMPT", "prompt")])
def test_required_field_is_missed(client, rule, param):
    """Rules REQ-MODEL and REQ-PROMPT."""
    fields = {"model": "wan-2-6", "prompt": "a"}
    del fields[param]
    error = client.post(SUBMIT, fields).error

    assert [(broken["rule"], broken["pointer"]) for broken in error["details"]] == [
        (rule, f"/{param}")
    ]


def test_unknown_model_is_a_404_on_model(client):
    """Rule REQ-MODEL."""
    answer = client.submit(model="wan-2-7")

    assert answer.status == 404
    assert (answer.error["code"], answer.error["param"]) == ("model_not_found", "model")


def test_every_broken_rule_comes_at_once_in_the_order_of_the_contract(client):
    """Rules REQ-PROMPT to MODE-R2V-REFERENCE: one answer tells them all."""
    error = client.submit(
        template="x", mode="r2v", audio="no", duration=20, prompt="", seed=-1, resolution=None
    ).error

    assert [broken["rule"] for broken in error["details"]] == [
        "REQ-NULL",
        "REQ-PROMPT",
        "REQ-DURATION",
        "REQ-SEED",
        "REQ-AUDIO",
        "REQ-EXTRA",
        "MODE-R2V-REFERENCE",
    ]
    assert error["param"] == "resolution"


def test_rule_whose_inputs_are_invalid_is_silent(client):
    """Rule MODE-I2V-IMAGE is silent while the image breaks REQ-IMAGE."""
    error = client.submit(mode="i2v", image=7).error

    assert [broken["rule"] for broken in error["details"]] == ["REQ-IMAGE"]


def test_message_names_field_value_and_what_would_do(client):
    """Rule REQ-DURATION."""
    message = "duration: 20 is more than 15; a number from 5 to 15 would do."

    assert client.submit(duration=20).error["message"] == message


def test_pointer_leads_into_arrays(client):
    """Rule REQ-MEDIA-FIELDS: a JSON Pointer (RFC 6901)."""
    (broken,) = client.submit(images=[URL, 7]).error["details"]

    assert broken["pointer"] == "/images/1"


def test_idempotency_key_is_ignored(client):
    """Rule REQ-EXTRA: two submissions with one key are two jobs."""
    body = b'{"model":"wan-2-6","prompt":"a"}'
    ids = {
        client.post(SUBMIT, body=body, headers={"idempotency-key": "1"}).json["job_id"]
        for _ in range(2)
    }

    assert len(ids) == 2


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        pytest.param({}, 5, id="REQ-DURATION default"),
        pytest.param({"duration": 7.5}, 7.5, id="REQ-DURATION-FRACTION"),
        pytest.param({"duration": 15, "mode": "r2v", "image": URL}, 10, id="R2V-CAP"),
    ],
)
def test_video_lasts_the_seconds_sent(client, fields, seconds):
    job = client.finished(**{"duration": 5, **fields})

    assert job["result"]["data"][0]["duration_seconds"] == seconds
    assert job["result"]["usage"]["billable_units"] == seconds
