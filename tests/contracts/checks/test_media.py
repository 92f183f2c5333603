"""Checks of media that the kit made: what becomes of the job, of its sound, of its time and of its seed."""

import io
import wave

import pytest

from contracts.checks.sounds import pitch_of, samples_of
from contracts.exchange import Sent
from contracts.forms import form
from contracts.specimens.catalogue import specimens
from contracts.specimens.sounds import tone
from tests.contracts.conftest import (
    MODEL,
    URL,
    Story,
    get,
    job,
    poll,
    refusal,
    result,
    submission,
    submitted,
)

MADE = {one.name: one for one in specimens(MODEL.media)}
GOOD, BAD = MADE["picture.png"], MADE["picture.gif"]
VOICE, SHORT, LOUD = MADE["3 s.wav"], MADE["2.9 s.wav"], MADE["with sound.mp4"]


def failed(message):
    return job(
        "failed", error={"code": "upstream_error", "message": message, "type": "upstream_error"}
    )


def rules(found):
    return {rule for _, rule in found}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"image": BAD.uri}, "InvalidImage.FileFormat: a GIF"),
        ({"audio_url": SHORT.uri}, "InvalidFile.Duration: 2.9 s"),
        ({"audio_url": GOOD.uri}, "InvalidFile.Format: a picture"),
        ({"reference_videos": [MADE["31 s.mp4"].uri]}, "InvalidFile.Duration: 31 s"),
        ({"reference_images": [GOOD.uri, BAD.uri]}, "InvalidImage.FileFormat: a GIF"),
        ({"image": "bunny://nothing"}, "InvalidURL: nothing"),
    ],
)
def test_bad_medium_fails_the_job_by_its_code(story, fields, message):
    story.accepts(**fields)
    assert not story.breaks(poll(), 200, failed(message))


@pytest.mark.parametrize(
    ("fields", "told", "rule"),
    [
        ({"image": BAD.uri}, job("completed"), "MEDIA-IMAGE-FORMAT"),
        ({"image": BAD.uri}, failed("InvalidFile.Size"), "MEDIA-IMAGE-FORMAT"),
        ({"audio_url": SHORT.uri}, job("completed"), "MEDIA-AUDIO"),
        ({"reference_videos": [MADE["0.5 s.mp4"].uri]}, job("completed"), "MEDIA-VIDEO"),
        ({"image": GOOD.uri}, failed("InvalidImage.FileFormat"), "MEDIA-IMAGE-FORMAT"),
        ({"image": MADE["picture.heic"].uri}, failed("HEIC"), "MEDIA-HEIC"),
        ({"image": MADE["359 wide.png"].uri}, failed("InvalidFile.Size"), "MEDIA-IMAGE-SIZE"),
        ({"audio_url": VOICE.uri}, failed("InvalidFile.Format"), "MEDIA-AUDIO"),
        ({"reference_videos": [LOUD.uri]}, failed("InvalidFile.Format"), "MEDIA-VIDEO"),
        (
            {"reference_images": [GOOD.uri], "audio_url": SHORT.uri},
            failed("Short"),
            "MEDIA-AUDIO-R2V",
        ),
        ({}, failed("InternalError"), "JOB-STATUS"),
    ],
)
def test_outcome_that_does_not_follow_from_the_media_breaks_the_rule(story, fields, told, rule):
    story.accepts(**fields)
    assert rule in rules(story.breaks(poll(), 200, told))


def test_medium_that_nobody_knows_may_do_either(story):
    story.accepts(image="data:image/png;base64,AAAA")
    assert not story.breaks(poll(), 200, failed("InvalidImage.FileFormat"))


def test_live_job_may_fail_without_a_reason(live):
    live.accepts()
    assert not live.breaks(poll(), 200, failed("InternalError"))


def test_bad_medium_is_refused_early_by_that_policy():
    story = Story()
    story.policies["media_errors"] = "early"
    details = [{"rule": "MEDIA-IMAGE-FORMAT", "pointer": "/image", "message": "a GIF"}]
    asked = submission(image=BAD.uri)
    assert not story.breaks(asked, 400, refusal(param="image", details=details))
    assert "MEDIA-IMAGE-FORMAT" in rules(story.breaks(asked, 202, submitted()))


NOBODY_KNOWS = "data:image/png;base64,AAAA"
OF_IMAGE = {"rule": "MEDIA-IMAGE-FORMAT", "pointer": "/image", "message": "a GIF"}
OF_SEED = {"rule": "REQ-SEED", "pointer": "/seed", "message": "a word"}


@pytest.fixture
def early(story):
    story.policies["media_errors"] = "early"
    return story


def refused(early, *details, **fields):
    answer = refusal(param=details[0]["pointer"].split("/")[1], details=[*details])
    return rules(early.breaks(submission(**fields), 400, answer))


def test_early_refusal_tells_media_beside_whatever_else_is_wrong(early):
    fields = {"image": BAD.uri, "seed": "x"}
    assert not refused(early, OF_SEED, OF_IMAGE, **fields)
    assert refused(early, OF_SEED, **fields) == {"MEDIA-IMAGE-FORMAT"}


def test_medium_that_nobody_knows_may_be_refused_early_or_not(early):
    assert not refused(early, OF_IMAGE, image=NOBODY_KNOWS)
    assert not refused(early, OF_SEED, image=NOBODY_KNOWS, seed="x")
    assert not refused(early, OF_SEED, OF_IMAGE, image=NOBODY_KNOWS, seed="x")
    early.accepts(image=NOBODY_KNOWS)


def test_medium_that_nobody_knows_excuses_no_other_refusal(early):
    assert refused(early, OF_SEED, image=NOBODY_KNOWS, seed=1)
    assert rules(early.breaks(submission(image=NOBODY_KNOWS), 400, refusal(param="image")))


def test_early_refusal_of_a_medium_is_not_held_against_a_live_api(live):
    for source in (BAD.uri, NOBODY_KNOWS):
        failures = live.tell(submission(image=source), 400, refusal(param="image"))
        assert failures
        assert all(failure.is_observed for failure in failures)


def wav(*parts):
    """A file whose sound is made of *parts*, samples of 8 bits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 1, 8000, 0, "NONE", "none"))
        writer.writeframes(b"".join(parts))
    return file.getvalue()


def quiet(seconds):
    return bytes([128]) * round(8000 * seconds)


def heard(story, content):
    found = story.breaks(get(URL, None), 200, content)
    return {rule for check, rule in found if check == "video_has_the_sound_that_was_sent"}


SENT = {"audio_url": VOICE.uri}
REFERRING = {"reference_videos": [LOUD.uri]}
CALM = {"reference_images": [GOOD.uri], **SENT}


@pytest.mark.parametrize(
    ("fields", "content", "broken"),
    [
        (SENT, wav(tone(3, 523), quiet(2)), set()),
        (SENT, wav(tone(3, 440), quiet(2)), {"OUT-SOUND"}),
        (SENT, wav(tone(5, 523)), {"OUT-SOUND"}),
        (SENT, wav(quiet(5)), {"OUT-SOUND"}),
        (SENT, b"no sound", {"OUT-SOUND"}),
        (REFERRING, wav(tone(2, 311), quiet(3)), set()),
        (REFERRING | SENT, wav(tone(3, 523), quiet(2)), {"OUT-SOUND"}),
        (
            REFERRING | {"reference_videos": ["https://example.com/a.mp4", LOUD.uri]},
            wav(quiet(5)),
            set(),
        ),
        (REFERRING | {"reference_videos": [MADE["1 s.mp4"].uri]}, wav(quiet(5)), set()),
        (CALM, wav(tone(1, 220), quiet(4)), set()),
        (CALM, wav(tone(3, 523), quiet(2)), {"MEDIA-AUDIO-R2V"}),
        (CALM | {"audio_url": "https://example.com/a.mp3"}, wav(tone(3, 523)), set()),
        (SENT | {"audio": False}, wav(quiet(5)), set()),
        ({}, wav(quiet(5)), set()),
    ],
)
def test_sound_is_the_one_that_was_sent_and_then_silence(story, fields, content, broken):
    story.accepts(**fields)
    story.tell(poll(), 200, job("completed"))
    assert heard(story, content) == broken


def test_pitch_is_that_of_the_tone():
    samples = samples_of(wav(tone(2, 523)))
    assert pitch_of(samples, 2) == pytest.approx(523, rel=0.01)
    assert pitch_of(samples[:0], 2) == 0
    assert not samples_of(b"nothing")


def seen(story, job_id, content, **fields):
    """Tell of a job to its video; return the rules of seeds broken."""
    story.accepts(job_id, **fields)
    url = URL.replace("job_1", job_id)
    story.tell(poll(job_id), 200, job("completed", job_id, result=result(url)))
    found = story.breaks(get(url, None), 200, content)
    return {rule for check, rule in found if check == "same_seed_gives_the_same_video"}


@pytest.mark.parametrize(
    ("other", "content", "broken"),
    [
        ({"seed": 7}, b"a", set()),
        ({"seed": 7}, b"b", {"OUT-SEED"}),
        ({"seed": 8}, b"b", set()),
        ({"seed": 8}, b"a", {"OUT-SEED"}),
        ({"seed": 8, "prompt": "c"}, b"a", set()),
        ({"seed": 8, "duration": 5}, b"a", set()),
        ({}, b"b", set()),
    ],
)
def test_seed_decides_the_video(story, live, other, content, broken):
    assert not seen(story, "job_1", b"a", seed=7)
    assert seen(story, "job_2", content, **other) == broken
    assert not seen(live, "job_1", b"a", seed=7)
    assert not seen(live, "job_2", content, **other)


STANDARD = {"image": "https://example.com/a.png", "seed": 7}


def took(story, job_id, end, **fields):
    story.accepts(job_id, **fields)
    told = job("completed", job_id, completed_at=f"2026-11-22T18:00:{end}Z")
    return "FLASH-FASTER" in rules(story.breaks(poll(job_id), 200, told))


@pytest.mark.parametrize(("end", "is_broken"), [("03.9", False), ("04", True), ("05", True)])
def test_flash_job_is_done_before_the_same_standard_one(story, end, is_broken):
    assert not took(story, "job_1", "04", **STANDARD)
    assert not took(story, "job_2", "59", **STANDARD, duration=6, flash_mode=True)
    assert took(story, "job_3", end, **STANDARD, flash_mode=True) is is_broken


def test_jobs_without_a_seed_and_those_that_take_no_time_are_not_compared(story):
    assert not took(story, "job_1", "04", image="https://example.com/a.png")
    assert not took(story, "job_2", "05", image="https://example.com/a.png", flash_mode=True)
    assert not took(story, "job_3", "00", **STANDARD)
    assert not took(story, "job_4", "00", **STANDARD, flash_mode=True)


def uploading(specimen, key="main"):
    headers, body = form("file", specimen.name, specimen.content_type, specimen.content)
    target = "/v1/files/upload"
    return Sent(
        operation="upload", method="POST", target=target, key=key, headers=headers, body=body
    )


FILE_URL = "http://127.0.0.1:8026/media/up_1.png?expires=1796061887&sig=5d0e"


def uploaded(specimen=GOOD, **changes):
    return {
        "id": "up_1",
        "object": "file",
        "path": "bunny://uploads/up_1/a.png",
        "url": FILE_URL,
        "expires_at": "2026-11-29T18:00:00.000Z",
        "bytes": len(specimen.content),
        "content_type": specimen.content_type,
        **changes,
    }


def test_upload_is_known_by_its_path(story):
    assert not story.breaks(uploading(BAD), 200, uploaded(BAD))
    story.accepts(image=uploaded()["path"])
    assert rules(story.breaks(poll(), 200, job("completed"))) == {"MEDIA-IMAGE-FORMAT"}


def test_upload_of_another_account_is_not_there(story):
    assert not story.breaks(uploading(GOOD), 200, uploaded())
    story.accepts(key="other", image=uploaded()["path"])
    told = rules(story.breaks(poll(key="other"), 200, job("completed")))
    assert told == {"MEDIA-IMAGE-FORMAT"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {}),
        (200, uploaded(path="uploads/a.png")),
        (200, uploaded(bytes=1)),
        (200, b"no"),
    ],
)
def test_upload_answer_that_is_a_little_wrong_breaks_its_rule(story, status, body):
    assert "REQ-IMAGE" in rules(story.breaks(uploading(GOOD), status, body))


def test_id_of_an_upload_comes_once(story):
    story.tell(uploading(GOOD), 200, uploaded())
    assert rules(story.breaks(uploading(GOOD), 200, uploaded())) == {"REQ-IMAGE"}


@pytest.mark.parametrize("status", [None, 429])
def test_upload_that_was_not_taken_is_none(live, status):
    found = live.breaks(uploading(GOOD), status, {}, retry_after="1")
    assert rules(found) <= {"LIMIT-RPM"}


def test_other_forms_are_not_judged(story):
    sent = Sent(operation="upload", method="POST", target="/v1/files/upload", body=b"x")
    assert not story.breaks(sent, 415)
    keyless = uploading(GOOD, key=None)
    assert not story.breaks(keyless, 401, refusal("missing_api_key"))


def test_upload_is_served_as_it_was_sent(story):
    story.tell(uploading(GOOD), 200, uploaded())
    asked = get(FILE_URL, None)
    assert not story.breaks(asked, 200, GOOD.content)
    assert rules(story.breaks(asked, 200, GOOD.content[:-1])) == {"OUT-URL"}
    assert rules(story.breaks(asked, 403)) == {"OUT-URL"}
    assert not story.breaks(get(f"{FILE_URL}0", None), 403)
