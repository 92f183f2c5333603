"""Every policy, as a setting and as a change of the account, with its visible effect."""

import io

import av
import pytest

URL = "https://example.com/a.png"
GONE = "bunny://nobody/uploaded.png"


@pytest.fixture(params=["setting", "account"])
def under(request, make_client):
    """Return a function that gives a client under a policy, set in one of the two ways."""

    def choose(**policies):
        if request.param == "setting":
            return make_client(policies=policies)
        client = make_client()
        assert client.patch(policies=policies).status == 200
        return client

    return choose


def refusal(answer):
    assert answer.status == 400
    return answer.error["param"], [broken["rule"] for broken in answer.error["details"]]


@pytest.mark.parametrize("status", ["202", "200"])
def test_submit_status(under, status):
    """Rule JOB-SUBMIT."""
    assert under(submit_status=status).submit().status == int(status)


@pytest.mark.parametrize("seed", [-1, 2147483648, 0.5, 1e300, -1e-300])
def test_seed_range(under, seed):
    """Rule REQ-SEED: a number it must be under either."""
    assert refusal(under(seed_range="enforce").submit(seed=seed)) == ("seed", ["REQ-SEED"])
    client = under(seed_range="accept")

    assert client.finished(seed=seed)["status"] == "completed"
    assert refusal(client.submit(seed="1")) == ("seed", ["REQ-SEED"])


def test_unknown_fields(under):
    """Rule REQ-EXTRA: fields that are accepted without effect stay accepted."""
    client = under(unknown_fields="reject")

    assert under(unknown_fields="ignore").submit(fps=60).status == 202
    assert refusal(client.submit(fps=60)) == ("fps", ["REQ-EXTRA"])
    assert refusal(client.submit(fps=60, loop=1))[1] == ["REQ-EXTRA"] * 2
    assert client.submit(raw=True, image_url=URL, disable_formatting=1).status == 202


def test_flash_on_t2v(under):
    """Rule FLASH-SCOPE: ignored, it is billed as standard."""
    ignored = under(flash_on_t2v="ignore").finished(flash_mode=True, audio=False)
    client = under(flash_on_t2v="reject")

    assert ignored["result"]["usage"]["cost"]["amount"] == 0.828
    assert refusal(client.submit(flash_mode=True)) == ("flash_mode", ["FLASH-SCOPE"])
    assert client.submit(flash_mode=False).status == 202
    assert client.submit(flash_mode=True, image=URL).status == 202


def test_r2v_over_cap(under):
    """Rule R2V-CAP."""
    fields = {"mode": "r2v", "image": URL}
    clamped = under(r2v_over_cap="clamp").finished(**fields, duration=15)
    client = under(r2v_over_cap="reject")

    assert clamped["result"]["usage"]["billable_units"] == 10
    assert refusal(client.submit(**fields, duration=10.1)) == ("duration", ["R2V-CAP"])
    assert client.submit(**fields, duration=10).status == 202
    assert client.submit(duration=15).status == 202


@pytest.mark.parametrize(
    ("fields", "param", "rule"),
    [
        ({"image": GONE}, "image", "MEDIA-IMAGE-FORMAT"),
        ({"audio_url": GONE}, "audio_url", "MEDIA-AUDIO"),
        ({"reference_images": [URL, GONE]}, "reference_images", "MEDIA-IMAGE-FORMAT"),
        ({"video": GONE}, "video", "MEDIA-VIDEO"),
    ],
)
def test_media_errors(under, fields, param, rule):
    """Late, the job fails with the upstream code; early, the submission is refused."""
    failed = under(media_errors="late").finished(**fields)
    answer = under(media_errors="early").submit(**fields)

    assert failed["error"]["message"].startswith("InvalidURL: ")
    assert refusal(answer) == (param, [rule])
    assert GONE in answer.error["message"]


def has_sound(client, **fields):
    job = client.finished(duration=5, resolution="720p", **fields)
    mp4 = client.get(job["result"]["data"][0]["url"]).body
    with av.open(io.BytesIO(mp4), "r") as container:
        return bool(container.streams.audio)


@pytest.mark.parametrize(
    ("policy", "fields", "sounds"),
    [
        ("honour", {"audio": False}, False),
        ("honour", {"audio": True}, True),
        ("always", {"audio": False}, True),
        ("always", {"audio": False, "flash_mode": True}, True),
        ("always", {"audio": False, "flash_mode": True, "image": URL}, False),
        ("always", {"flash_mode": True, "image": URL}, True),
    ],
)
def test_standard_audio(under, policy, fields, sounds):
    """Rule OUT-AUDIO: upstream can switch sound off in flash only."""
    assert has_sound(under(standard_audio=policy), **fields) is sounds


@pytest.mark.parametrize("policies", [{"colour": "red"}, {"submit_status": "201"}])
def test_unknown_policy_or_value_is_no_setting(make_client, policies):
    with pytest.raises(ValueError, match=r"colour|201"):
        make_client(policies=policies)
