"""Files that are sent, and videos that are fetched."""

import hashlib
import io

import av
import pytest

from mock_server import fixture_path


@pytest.fixture
def video(api):
    """The URL of a finished job's video, and its bytes."""
    url = api.finished(duration=5, resolution="720p")["result"]["data"][0]["url"]
    return url, api.get(url).raise_for_status().content


def upload(api, name, content_type):
    with fixture_path(name).open("rb") as file:
        return api.post("/v1/files/upload", files={"file": (name, file, content_type)})


def test_uploaded_picture_opens_the_video(api):
    """In i2v the frame has the picture's ratio: 750x1000 at 720p is 816x1104."""
    uploaded = upload(api, "portrait.jpg", "image/jpeg").raise_for_status().json()
    job = api.finished(image=uploaded["path"], duration=5, resolution="720p")
    video = api.get(job["result"]["data"][0]["url"]).raise_for_status()
    with av.open(io.BytesIO(video.content), "r") as container:
        picture = container.streams.video[0]
        size = picture.width, picture.height

    assert uploaded["bytes"] == fixture_path("portrait.jpg").stat().st_size
    assert job["status"] == "completed"
    assert size == (816, 1104)


def test_upload_is_handed_out_again(api):
    uploaded = upload(api, "photo.jpg", "image/jpeg").json()
    signed = api.get("/v1/files/sign", params={"file_id": uploaded["id"]}).json()

    for url in (uploaded["url"], signed["url"]):
        assert api.get(url).content == fixture_path("photo.jpg").read_bytes()


def test_upload_that_is_no_picture_fails_the_job(api):
    path = upload(api, "notes.txt", "image/png").json()["path"]
    job = api.finished(image=path)

    assert job["status"] == "failed"
    assert job["error"]["message"].startswith("InvalidImage.FileFormat: image: ")


def test_head_tells_what_a_download_would_be(api, video):
    url, content = video
    answer = api.http.head(url)

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(content)
    assert answer.headers["accept-ranges"] == "bytes"


def test_broken_download_is_resumed_by_range(api, video):
    url, content = video
    etag = api.http.head(url).headers["etag"]
    rest = api.get(url, headers={"range": "bytes=1000-", "if-range": etag})

    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes 1000-{len(content) - 1}/{len(content)}"
    assert content[:1000] + rest.content == content


def test_range_beyond_the_end_is_416(api, video):
    url, content = video
    answer = api.get(url, headers={"range": f"bytes={len(content)}-"})

    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(content)}")


def test_video_that_has_not_changed_is_304(api, video):
    url, _ = video
    etag = api.http.head(url).headers["etag"]

    assert api.get(url, headers={"if-none-match": etag}).status_code == 304


def test_url_needs_no_key_and_cannot_be_altered(api_of, video):
    url, content = video
    stranger = api_of(None)
    digest = hashlib.sha256(stranger.get(url).content).digest()

    assert digest == hashlib.sha256(content).digest()
    assert stranger.get(url[:-1] + ("1" if url[-1] == "0" else "0")).status_code == 403
