"""Media that a request brings along: each is really looked at (rules MEDIA, REQ-IMAGE, I2V-RATIO, OUT-SIZE, OUT-SOUND)."""

import base64
import io
from itertools import islice, pairwise

import av
import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from mock_server import Settings, create_app, fixture_path
from mock_server.storage import Storage

pillow_heif.register_heif_opener()
OWN = "http://127.0.0.1:8026/fixtures"
ELSEWHERE = "https://example.com/a.png"


def own(name):
    return f"{OWN}/{name}"


def data_uri(name):
    return f"data:application/octet-stream;base64,{base64.b64encode(fixture_path(name).read_bytes()).decode()}"


def uploaded(client, name):
    return client.upload(fixture_path(name).read_bytes(), name=name).json["path"]


def page(client, **fields):
    """Return the job's page of the control interface."""
    job_id = client.submit(**fields).json["job_id"]
    return client.get(f"/_mock/jobs/{job_id}").json


def finding(client, **fields):
    (found,) = page(client, **fields)["media"]
    return found


def preprocessing(client, **fields):
    return finding(client, **fields)["preprocessing"]


def failure(client, **fields):
    """Return the code that the job fails with."""
    job = client.finished(**fields)
    assert (job["status"], job["result"]) == ("failed", None)
    code, _, message = job["error"]["message"].partition(": ")
    assert message
    return code


def size(client, **fields):
    video = page(client, **fields)["video"]
    return video["width"], video["height"]


def test_medium_that_there_is_no_folder_for_fails_the_job_with_what_would_do(client_of, tmp_path):
    (tmp_path / "file").touch()
    app = create_app(Settings(latency="instant"), storage=Storage(tmp_path / "file" / "below"))
    client = client_of(app).as_("sk-empiriolabs-tests")
    job = client.finished(image=data_uri("tiny.png"))

    assert job["status"] == "failed"
    assert "no folder to write to" in job["error"]["message"]


@pytest.mark.parametrize("way", [own, data_uri, "upload"])
def test_picture_is_found_whichever_way_it_comes(client, way):
    source = uploaded(client, "photo.jpg") if way == "upload" else way("photo.jpg")
    found = finding(client, image=source)

    assert (found["format"], found["width"], found["height"]) == ("JPEG", 640, 480)
    assert found["bytes"] == fixture_path("photo.jpg").stat().st_size
    assert found["origin"] == {own: "sample", data_uri: "data", "upload": "upload"}[way]
    assert (found["pointer"], found["error"], found["preprocessing"]) == ("/image", None, [])


def test_what_lies_elsewhere_is_taken_on_trust_and_said_so(client):
    found = finding(client, image=ELSEWHERE)

    assert (found["origin"], found["format"], found["bytes"]) == ("elsewhere", None, None)
    assert found["note"] == "taken on trust: it was not fetched"
    assert client.finished(image=ELSEWHERE)["status"] == "completed"


@pytest.mark.parametrize(
    ("name", "mode", "steps"),
    [
        ("large.jpg", "i2v", ["resize 4000x3000 → 2000x1500"]),
        ("large.jpg", "r2v", []),
        ("tiny.png", "i2v", ["resize 100x100 → 360x360"]),
        ("tiny.png", "r2v", ["resize 100x100 → 240x240"]),
        ("photo.jpg", "i2v", []),
    ],
)
def test_picture_of_any_size_is_resized_and_never_refused(client, name, mode, steps):
    """MEDIA-IMAGE-SIZE."""
    fields = {"image": own(name), "mode": mode}

    assert preprocessing(client, **fields) == steps
    assert client.finished(**fields)["status"] == "completed"


@pytest.mark.parametrize("mode", ["i2v", "r2v"])
def test_heic_is_converted(client, mode):
    """MEDIA-HEIC."""
    assert preprocessing(client, image=own("picture.heic"), mode=mode)[0] == "convert HEIC → JPEG"
    assert client.finished(image=own("picture.heic"), mode=mode)["status"] == "completed"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("photo.jpg", "JPEG"),
        ("alpha.png", "PNG"),
        ("picture.bmp", "BMP"),
        ("picture.webp", "WEBP"),
        ("picture.heic", "HEIC"),
    ],
)
def test_picture_of_each_format_is_accepted(client, name, form):
    """MEDIA-IMAGE-FORMAT."""
    assert finding(client, image=own(name))["format"] == form
    assert client.finished(image=own(name))["status"] == "completed"


@pytest.mark.parametrize(
    "name",
    [
        "animation.gif",
        "drawing.svg",
        "picture.tiff",
        "truncated.jpg",
        "not-a-picture.png",
        "notes.txt",
    ],
)
def test_anything_else_fails_as_a_picture(client, name):
    """MEDIA-IMAGE-FORMAT."""
    assert failure(client, image=own(name)) == "InvalidImage.FileFormat"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("short.mp4", "InvalidFile.Duration"),
        ("long.mp4", "InvalidFile.Duration"),
        ("clip.webm", "InvalidFile.Format"),
        ("truncated.mp4", "InvalidFile.Format"),
        ("photo.jpg", "InvalidFile.Format"),
        ("voice.mp3", "InvalidFile.Format"),
    ],
)
def test_reference_video_that_is_none_fails(client, name, code):
    """MEDIA-VIDEO."""
    assert failure(client, video=own(name)) == code


@pytest.mark.parametrize(
    ("name", "steps"),
    [("clip.mp4", []), ("silent.mp4", []), ("clip.mov", ["normalise MOV → MP4"])],
)
def test_reference_video_is_normalised_when_needed(client, name, steps):
    """MEDIA-VIDEO."""
    found = finding(client, reference_videos=[own(name)])

    assert (found["preprocessing"], found["pointer"]) == (steps, "/reference_videos/0")
    assert (found["width"], found["height"]) == (320, 240)
    assert client.finished(video=own(name))["status"] == "completed"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("short.mp3", "InvalidFile.Duration"),
        ("long.mp3", "InvalidFile.Duration"),
        ("short.wav", "InvalidFile.Duration"),
        ("voice.ogg", "InvalidFile.Format"),
        ("clip.mp4", "InvalidFile.Format"),
        ("notes.txt", "InvalidFile.Format"),
    ],
)
@pytest.mark.parametrize("picture", [None, ELSEWHERE])
def test_audio_file_that_is_none_fails(client, name, code, picture):
    """MEDIA-AUDIO."""
    more = {} if picture is None else {"image": picture}
    assert failure(client, audio_url=own(name), **more) == code


def test_audio_file_larger_than_it_may_be_fails(client):
    """MEDIA-AUDIO."""
    path = client.upload(bytes(15_000_001), name="voice.wav").json["path"]

    assert failure(client, audio_url=path) == "InvalidFile.Size"


@pytest.mark.parametrize("name", ["voice.mp3", "notes.txt"])
def test_audio_file_is_ignored_in_r2v(client, name):
    """MEDIA-AUDIO-R2V."""
    video, audio = page(client, video=own("clip.mp4"), audio_url=own(name))["media"]

    assert (audio["pointer"], audio["origin"]) == ("/audio_url", "ignored")
    assert audio["preprocessing"] == ["audio ignored in r2v"]
    assert video["error"] is None
    assert client.finished(video=own("clip.mp4"), audio_url=own(name))["status"] == "completed"


@pytest.mark.parametrize(
    ("fields", "frame"),
    [
        ({"image": own("portrait.jpg"), "resolution": "720p"}, (816, 1104)),
        ({"image": own("portrait.jpg"), "resolution": "1080p"}, (1232, 1648)),
        ({"image": own("photo.jpg"), "resolution": "720p", "aspect_ratio": "9:16"}, (1104, 816)),
        ({"image": own("alpha.png"), "resolution": "720p"}, (960, 960)),
        ({"image": ELSEWHERE, "resolution": "720p"}, (1280, 720)),
        ({"image": own("portrait.jpg"), "resolution": "720p", "mode": "r2v"}, (1280, 720)),
    ],
)
def test_frame_follows_the_picture(client, fields, frame):
    """OUT-SIZE and I2V-RATIO: 750x1000 at 720p gives 816x1104."""
    assert size(client, **fields) == frame


def test_first_image_is_the_one_that_is_animated(client):
    """MODE-EXCLUSIVE: image with images is their union."""
    fields = {"image": own("portrait.jpg"), "images": [own("photo.jpg")], "mode": "i2v"}

    assert size(client, resolution="720p", **fields) == (816, 1104)


def download(client, **fields):
    job = client.finished(**{"duration": 5, "resolution": "720p", **fields})
    return client.get(job["result"]["data"][0]["url"]).body


def tone(mp4, begin, end):
    """Return the dominant frequency of a stretch of the sound (seconds), None for silence."""
    with av.open(io.BytesIO(mp4), "r") as container:
        rate = container.streams.audio[0].sample_rate
        samples = [
            sample
            for frame in container.decode(audio=0)
            for sample in memoryview(frame.planes[0]).cast("f")[: frame.samples]
        ]
    part = samples[int(begin * rate) : int(end * rate)]
    if max(map(abs, part)) < 0.01:
        return None
    crossings = sum(before < 0 <= after for before, after in pairwise(part))
    return crossings / (len(part) / rate)


def test_voice_is_heard_and_silence_follows_it(client):
    """OUT-SOUND: a scale from middle C, one note a second for 5 s, then silence."""
    mp4 = download(client, audio_url=own("voice.wav"), duration=7)

    assert tone(mp4, 0.2, 0.8) == pytest.approx(261.6, rel=0.03)
    assert tone(mp4, 1.2, 1.8) == pytest.approx(293.7, rel=0.03)
    assert tone(mp4, 5.2, 6.8) is None


def test_voice_is_heard_with_a_picture_too(client):
    """OUT-SOUND."""
    mp4 = download(client, audio_url=own("voice.mp3"), image=own("photo.jpg"))

    assert tone(mp4, 0.2, 0.8) == pytest.approx(261.6, rel=0.03)


def test_first_reference_video_with_a_sound_gives_it(client):
    """OUT-SOUND: the clip's 660 Hz for its 3 s, then silence."""
    mp4 = download(client, reference_videos=[own("silent.mp4"), own("clip.mov")])

    assert tone(mp4, 0.2, 2.8) == pytest.approx(660, rel=0.03)
    assert tone(mp4, 3.2, 4.8) is None


def test_silent_reference_video_leaves_the_emulators_own_sound(client):
    assert page(client, video=own("silent.mp4"))["video"]["own_sound"] is False
    assert client.finished(video=own("silent.mp4"))["status"] == "completed"


@pytest.mark.parametrize("fields", [{"audio_url": own("voice.mp3")}, {"video": own("clip.mp4")}])
def test_no_audio_wins_over_every_sound(client, fields):
    """OUT-SOUND: audio: false wins over both, even where the policy makes the video sound."""
    with av.open(io.BytesIO(download(client, audio=False, **fields)), "r") as container:
        assert not container.streams.audio
    client.patch(policies={"standard_audio": "always"})

    assert page(client, audio=False, **fields)["video"]["own_sound"] is False


def frame(mp4, index):
    with av.open(io.BytesIO(mp4), "r") as container:
        return next(islice(container.decode(video=0), index, None)).to_image()


def difference(picture, other):
    """Return how far two pictures of one size lie apart, from 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(picture, other)).mean)


@pytest.mark.parametrize("name", ["photo.jpg", "portrait.jpg", "picture.heic", "tiny.png"])
def test_video_begins_with_the_users_own_picture(client, name):
    """OUT-SIZE and MEDIA-HEIC: whoever looks at the first second sees that the right file went in."""
    mp4 = download(client, image=own(name))
    with Image.open(fixture_path(name)) as picture:
        wanted = ImageOps.fit(picture.convert("RGB"), frame(mp4, 0).size)

    assert difference(frame(mp4, 0), wanted) < 6
    assert difference(frame(mp4, 29), wanted) < 6
    assert difference(frame(mp4, 30), wanted) > 40


def test_alpha_is_laid_on_black(client):
    """MEDIA-IMAGE-FORMAT: the sky of the sample is transparent at the top."""
    first = frame(download(client, image=own("alpha.png")), 0)

    assert max(first.getpixel((first.width // 2, 4))) < 12
    assert preprocessing(client, image=own("alpha.png")) == ["lay alpha on black"]


def test_same_picture_and_seed_give_the_same_bytes(client):
    """OUT-SEED: whichever way the picture came."""
    fields = {"seed": 7, "audio_url": own("voice.mp3")}
    first = download(client, image=own("photo.jpg"), **fields)

    assert download(client, image=data_uri("photo.jpg"), **fields) == first
    assert download(client, image=own("picture.webp"), **fields) != first


def test_bad_picture_is_told_with_all_else_that_is_wrong_when_early(client):
    client.patch(policies={"media_errors": "early"})
    answer = client.submit(image_url=own("notes.txt"), duration=99, audio_url=own("short.mp3"))

    assert answer.status == 400
    assert [(told["rule"], told["pointer"]) for told in answer.error["details"]] == [
        ("REQ-DURATION", "/duration"),
        ("MEDIA-IMAGE-FORMAT", "/image_url"),
        ("MEDIA-AUDIO", "/audio_url"),
    ]


def test_nothing_is_looked_at_for_a_request_that_is_refused_anyway(client):
    answer = client.submit(image=own("notes.txt"), duration=99)

    assert [told["rule"] for told in answer.error["details"]] == ["REQ-DURATION"]


def test_first_bad_medium_is_the_jobs_error_and_each_is_on_its_page(client):
    found = page(
        client, reference_images=[own("notes.txt"), own("photo.jpg"), own("animation.gif")]
    )

    codes = [medium["error"] and medium["error"]["code"] for medium in found["media"]]
    assert codes == ["InvalidImage.FileFormat", None, "InvalidImage.FileFormat"]
    assert "reference_images/0" in found["plan"]["error"]["message"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("bunny://uploads/nobody.png", "InvalidURL"),
        (own("nobody.png"), "InvalidURL"),
        ("http://127.0.0.1:9/a.png", "InvalidURL"),
        ("data:image/png;base64,!!!!", "InvalidImage.FileFormat"),
        ("data:image/png,", "InvalidImage.FileFormat"),
        ("data:,hello", "InvalidImage.FileFormat"),
    ],
)
def test_picture_that_cannot_be_had_fails(client, source, code):
    assert failure(client, image=source) == code


@pytest.mark.parametrize("source", ["file:///etc/passwd", "gopher://127.0.0.1/", "a.png", ""])
def test_any_other_string_is_refused_at_submission(client, source):
    """REQ-IMAGE and REQ-MEDIA-FIELDS."""
    answer = client.submit(image=source, audio_url=source, images=[source])

    assert answer.status == 400
    assert {told["rule"] for told in answer.error["details"]} == {"REQ-IMAGE", "REQ-MEDIA-FIELDS"}


def test_failed_look_costs_nothing(client):
    """PRICE-FAILED."""
    client.finished(image=own("notes.txt"))

    assert client.money() == (1000.0, 0.0, 0.0)


def test_upload_of_another_account_is_unknown(client):
    path = uploaded(client, "photo.jpg")
    other = client.as_("sk-empiriolabs-other")

    assert failure(other, image=path) == "InvalidURL"
    assert client.finished(image=path)["status"] == "completed"


def test_upload_is_gone_with_its_account(client):
    path = uploaded(client, "photo.jpg")
    client.send("DELETE", "/_mock/account")

    assert failure(client, image=path) == "InvalidURL"


def test_job_page_of_another_account_is_unknown(client):
    job_id = client.submit().json["job_id"]
    answer = client.as_("sk-empiriolabs-other").get(f"/_mock/jobs/{job_id}")

    assert (answer.status, answer.error["code"]) == (404, "job_not_found")
