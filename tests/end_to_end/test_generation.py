"""Jobs, from the request to the video and the bill."""

import io

import av
import pytest

PICTURE = "https://example.com/a.png"
FLASH = {"image": PICTURE, "flash_mode": True}


def decoded(mp4):
    """Return size, frames a second, number of frames, seconds and kind of sound of a video."""
    with av.open(io.BytesIO(mp4), "r") as container:
        (picture,) = container.streams.video
        sound = [stream.codec_context.name for stream in container.streams.audio]
        frames = sum(1 for _ in container.decode(picture))
        return (picture.width, picture.height), picture.average_rate, frames, sound


def test_published_example_becomes_the_video_that_it_asks_for(api):
    job = api.finished()
    (output,) = job["result"]["data"]
    video = api.get(output["url"]).raise_for_status()

    assert (job["status"], job["progress"], job["error"]) == ("completed", 1, None)
    assert job["result"]["usage"]["cost"] == {"amount": 0.828, "currency": "USD"}
    assert video.headers["content-type"] == output["content_type"] == "video/mp4"
    assert decoded(video.content) == ((1920, 1080), 30, 180, ["aac"])


@pytest.mark.live_safe(usd="0.50")
def test_cheapest_request_becomes_a_video(api):
    submitted = api.submit(duration=5, resolution="720p")
    job = api.job(submitted)
    video = api.http.get(job["result"]["data"][0]["url"], headers={"authorization": ""})
    size, fps, frames, _ = decoded(video.raise_for_status().content)

    assert submitted.json()["job_id"] == job["job_id"]
    assert job["status"] in {"completed", "succeeded"}
    assert (size, fps) == ((1280, 720), 30)
    assert abs(frames - 150) <= 1


def test_job_is_seen_queued_then_processing_then_completed(api):
    url = api.submit().json()["poll_url"]
    jobs = [api.get(url).json() for _ in range(12)]
    progress = [job["progress"] for job in jobs]

    assert [*dict.fromkeys(job["status"] for job in jobs)] == ["queued", "processing", "completed"]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0, 1)


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({"duration": 5}, 0.69),
        ({"duration": 5, "resolution": "720p"}, 0.45),
        ({"duration": 5, **FLASH}, 0.345),
        ({"duration": 5, **FLASH, "audio": False}, 0.1725),
        ({"duration": 5, **FLASH, "resolution": "720p"}, 0.225),
        ({"duration": 7.5, **FLASH, "resolution": "720p", "audio": False}, 0.16875),
        ({"duration": 12, "mode": "r2v", **FLASH}, 0.69),
        ({"duration": 5, "flash_mode": True}, 0.69),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else str(value),
)
def test_prices_are_those_of_the_table(api, fields, price):
    job = api.finished(**fields)

    assert job["result"]["usage"]["cost"] == {"amount": price, "currency": "USD"}


def test_silent_video_has_no_track(api):
    job = api.finished(**FLASH, audio=False, duration=5, resolution="720p")
    video = api.get(job["result"]["data"][0]["url"])

    assert decoded(video.content) == ((1280, 720), 30, 150, [])


def test_cancelled_job_is_over_and_costs_nothing(api):
    submitted = api.submit().json()
    cancelled = api.post(f"{submitted['poll_url']}/cancel").raise_for_status().json()
    usage = api.get("/v1/account/usage").json()

    assert (cancelled["status"], cancelled["result"], cancelled["error"]) == (
        "cancelled",
        None,
        None,
    )
    assert api.get(submitted["poll_url"]).json() == cancelled
    assert usage["balance"]["amount"] == 1000
    assert [event["cost"]["amount"] for event in usage["data"]] == [0]


def test_jobs_are_listed_newest_first(api):
    first, second = (api.submit(prompt=prompt).json()["job_id"] for prompt in ("one", "two"))
    api.post(f"/v1/jobs/{first}/cancel")
    listed = api.get("/v1/jobs").json()["data"]
    cancelled = api.get("/v1/jobs", params={"status": "cancelled", "limit": 1}).json()["data"]

    assert [job["job_id"] for job in listed] == [second, first]
    assert [job["job_id"] for job in cancelled] == [first]


def test_finished_job_is_on_the_bill(api):
    job = api.finished(duration=5)
    usage = api.get("/v1/account/usage").raise_for_status().json()
    (event,) = usage["data"]

    assert event["job_id"] == job["job_id"]
    assert event["cost"] == {"amount": 0.69, "currency": "USD"}
    assert event["output_urls"] == [job["result"]["data"][0]["url"]]
    assert usage["balance"] == {"amount": 999.31, "currency": "USD"}


@pytest.mark.live_safe
def test_model_card_names_parameters_and_rates(api):
    listed = {model["id"] for model in api.get("/v1/models").raise_for_status().json()["data"]}
    model = api.get("/v1/models/wan-2-6").raise_for_status().json()
    parameters = {parameter["name"] for parameter in model["supported_parameters"]}

    assert "wan-2-6" in listed
    assert {"prompt", "duration", "resolution", "flash_mode"} <= parameters
    assert {row["rate"] for row in model["pricing_rows"]} >= {"0.09", "0.138"}
