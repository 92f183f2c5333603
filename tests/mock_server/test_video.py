"""The videos themselves, decoded as a player does."""

import io

import av
import pytest

URL = "https://example.com/a.png"
AAC_FRAME = 1024
SIZES = {
    ("720p", "16:9"): (1280, 720),
    ("720p", "9:16"): (720, 1280),
    ("720p", "1:1"): (960, 960),
    ("720p", "4:3"): (1088, 832),
    ("720p", "3:4"): (832, 1088),
    ("1080p", "16:9"): (1920, 1080),
    ("1080p", "9:16"): (1080, 1920),
    ("1080p", "1:1"): (1440, 1440),
    ("1080p", "4:3"): (1632, 1248),
    ("1080p", "3:4"): (1248, 1632),
}


def download(client, **fields):
    job = client.finished(**{"duration": 5, **fields})
    return client.get(job["result"]["data"][0]["url"]).body


def has_sound(mp4):
    with av.open(io.BytesIO(mp4), "r") as container:
        return bool(container.streams.audio)


def size(mp4):
    with av.open(io.BytesIO(mp4), "r") as container:
        picture = container.streams.video[0]
        return picture.width, picture.height


@pytest.mark.parametrize("audio", [True, False])
@pytest.mark.parametrize("shape", SIZES, ids=" ".join)
def test_video_is_what_was_ordered(client, shape, audio):
    """Rules OUT-FORMAT, OUT-SIZE, OUT-DURATION and OUT-AUDIO, for each size of the table."""
    resolution, ratio = shape
    mp4 = download(client, resolution=resolution, aspect_ratio=ratio, audio=audio)
    with av.open(io.BytesIO(mp4), "r") as container:
        (picture,) = container.streams.video
        frames = list(container.decode(picture))

        assert (picture.width, picture.height) == SIZES[shape]
        assert (picture.codec_context.name, picture.pix_fmt) == ("h264", "yuv420p")
        assert picture.average_rate == picture.guessed_rate == 30
        assert len(frames) == picture.frames == 150
        assert [frame.time for frame in frames] == pytest.approx([n / 30 for n in range(150)])
        assert len(container.streams.audio) == audio


def test_sound_is_aac_and_as_long_as_the_picture(client):
    """Rules OUT-FORMAT and OUT-DURATION: within one frame of AAC."""
    with av.open(io.BytesIO(download(client, duration=7.35)), "r") as container:
        (sound,) = container.streams.audio
        samples = sum(frame.samples for frame in container.decode(sound))

    assert sound.codec_context.name == "aac"
    assert abs(samples - 221 / 30 * sound.rate) <= AAC_FRAME


@pytest.mark.parametrize(
    ("fields", "frames"),
    [
        pytest.param({"duration": 15}, 450, id="OUT-DURATION longest"),
        pytest.param({"duration": 5.01}, 150, id="OUT-DURATION rounded down"),
        pytest.param({"duration": 5.05}, 152, id="OUT-DURATION half up"),
        pytest.param({"duration": 12, "mode": "r2v", "image": URL}, 300, id="R2V-CAP"),
    ],
)
def test_video_has_exactly_the_frames_billed(client, fields, frames):
    mp4 = download(client, **fields)
    with av.open(io.BytesIO(mp4), "r") as container:
        assert sum(packet.size > 0 for packet in container.demux(video=0)) == frames


def test_index_stands_before_the_pictures(client):
    """Rule OUT-FORMAT: moov before mdat, and no fragments."""
    mp4 = download(client)

    assert 0 < mp4.index(b"moov") < mp4.index(b"mdat")
    assert b"moof" not in mp4


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"mode": "i2v", "aspect_ratio": "9:16"}, (1920, 1080), id="I2V-RATIO"),
        pytest.param({"mode": "r2v", "aspect_ratio": "9:16"}, (1080, 1920), id="OUT-SIZE r2v"),
        pytest.param({"mode": "t2v", "aspect_ratio": "1:1"}, (1440, 1440), id="MODE-EXPLICIT"),
        pytest.param({"aspect_ratio": "1:1"}, (1920, 1080), id="MODE-AUTO image"),
        pytest.param(
            {"images": [URL, URL + "?2"], "aspect_ratio": "1:1"}, (1440, 1440), id="MODE-AUTO two"
        ),
    ],
)
def test_picture_decides_the_size_of_i2v_alone(client, fields, expected):
    """Rule OUT-SIZE: a picture taken on trust counts as 16:9."""
    assert size(download(client, image=URL, **fields)) == expected


@pytest.mark.parametrize("fields", [{}, {"seed": 0}, {"seed": 7, "audio": False}])
def test_same_request_gives_the_same_bytes(make_client, fields):
    """Rule OUT-SEED: across emulators."""
    assert download(make_client(), **fields) == download(make_client(), **fields)


def test_another_seed_gives_other_bytes(client):
    """Rule OUT-SEED: nor do two requests without a seed have the same."""
    videos = [download(client, **fields) for fields in ({"seed": 1}, {"seed": 2}, {}, {})]

    assert len(set(videos)) == 4


def test_seed_alone_decides_whatever_account_and_job(make_client):
    """Rule OUT-SEED."""
    ann, bob = make_client(key="sk-empiriolabs-ann"), make_client(key="sk-empiriolabs-bob", seed=5)
    bob.submit()

    assert download(ann, seed=7) == download(bob, seed=7)


def test_seed_may_be_spelt_with_a_fraction_of_nothing(client):
    """Rules OUT-SEED and REQ-SEED: 3.0 is 3."""
    assert download(client, seed=3.0) == download(client, seed=3)


def test_alias_gives_the_same_bytes_as_the_name(client):
    """Rules OUT-SEED and REQ-ALIAS."""
    assert download(client, seed=1, audio=False) == download(client, seed=1, generate_audio=False)


def test_bytes_tell_the_request_but_never_account_or_job(make_client):
    """Rule OUT-SEED."""
    client = make_client(key="sk-empiriolabs-somebody")
    job = client.finished(prompt="a prompt of mine", seed=123456)
    mp4 = client.get(job["result"]["data"][0]["url"]).body

    assert b"a prompt of mine" in mp4
    assert b"mode=t2v seed=123456" in mp4
    assert b"somebody" not in mp4
    assert job["job_id"].removeprefix("job_").encode() not in mp4


def test_long_prompt_is_cut_in_the_video(client):
    """Rule REQ-PROMPT-LENGTH: after 1500 characters, as upstream does."""
    mp4 = download(client, prompt="p" * 1500 + "q" * 500)

    assert b"p" * 1500 in mp4
    assert b"p" * 1500 + b"q" not in mp4
