"""Signed URLs: who holds one may download, until it expires."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from mock_server import fixture_path

DAY = 86_400


@pytest.fixture
def url(manual):
    path = manual.submit(resolution="720p").json["poll_url"]
    manual.advance(4)
    return manual.get(path).json["result"]["data"][0]["url"]


def test_url_has_the_form_of_the_contract(url):
    """Rule OUT-URL: seven days from completion, in Unix seconds."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)

    assert (parts.scheme, parts.netloc) == ("http", "127.0.0.1:8026")
    assert re.fullmatch(r"/media/job_[0-9a-f]{24}\.mp4", parts.path)
    assert [*query] == ["expires", "sig"]
    assert query["expires"] == [str(1_795_370_404 + 7 * DAY)]
    assert re.fullmatch("[0-9a-f]{64}", query["sig"][0])


def test_video_comes_whole_and_without_a_key(manual, url):
    """Rule OUT-URL."""
    answer = manual.as_(None).get(url)

    assert answer.status == 200
    assert answer.headers["content-type"] == "video/mp4"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["x-request-id"]
    assert answer.body[4:8] == b"ftyp"


def test_head_tells_the_size_without_the_video(manual, url):
    whole, head = manual.get(url), manual.send("HEAD", url)

    assert (head.status, head.body) == (200, b"")
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("form", ["{}", 'W/"0", {}', "*"])
def test_unchanged_video_is_not_sent_again(manual, url, form):
    etag = manual.get(url).headers["etag"]
    answer = manual.get(url, headers={"if-none-match": form.format(etag)})

    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["etag"] == etag
    assert manual.get(url, headers={"if-none-match": '"0"'}).status == 200


def test_url_works_for_seven_days_also_when_the_job_is_forgotten(manual, url, conforms):
    """Rules OUT-URL and JOB-RETENTION."""
    manual.advance(7 * DAY - 1)
    assert manual.get("/v1/jobs").json["data"] == []
    assert manual.get(url).status == 200
    manual.advance(1)
    answer = manual.get(url)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (403, "url_expired")


def last_digit_changed(url):
    return url[:-1] + ("0" if url[-1] != "0" else "1")


CHANGES = {
    "signature": last_digit_changed,
    "signature in capitals": lambda url: url.split("sig=")[0] + "sig=" + url[-64:].upper(),
    "signature cut": lambda url: url[:-1],
    "signature twice": lambda url: url + "&sig=" + url[-64:],
    "expires twice": lambda url: url + "&expires=1",
    "signature gone": lambda url: url.split("&sig=")[0],
    "expires later": lambda url: url.replace("expires=1", "expires=2"),
    "expires spelt otherwise": lambda url: url.replace("expires=", "expires=0"),
    "expires gone": lambda url: url.replace("expires=", "x="),
    "everything gone": lambda url: url.split("?")[0],
    "another job": lambda url: url.replace("/job_", "/job_0"),
    "without suffix": lambda url: url.replace(".mp4", ""),
    "another suffix": lambda url: url.replace(".mp4", ".mov"),
    "a suffix more": lambda url: url.replace(".mp4", ".mp4.mp4"),
    "a line more": lambda url: url.replace(".mp4", ".mp4%0A"),
    "not ASCII": lambda url: url + "%C3%A9%FF",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_url_is_refused(manual, url, conforms, change):
    """Rule OUT-URL: any change of path, expires or sig."""
    answer = manual.get(change(url))

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (403, "invalid_signature")


def test_url_of_another_seed_is_refused(make_client, url):
    """Rule OUT-URL: the secret is the emulator's own."""
    assert make_client(seed=1).get(url).error["code"] == "invalid_signature"


def test_url_of_a_forgotten_account_leads_nowhere(manual, url):
    manual.send("DELETE", "/_mock/account")
    answer = manual.get(url)

    assert (answer.status, answer.error["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("videos.example", "http://videos.example"),
        ("[::1]:8026", "http://[::1]:8026"),
        ("", "http://127.0.0.1:8026"),
        ("a b", "http://127.0.0.1:8026"),
        ('"><script>', "http://127.0.0.1:8026"),
        ("user@evil.example", "http://127.0.0.1:8026"),
        ("evil.example/path", "http://127.0.0.1:8026"),
    ],
)
def test_url_is_where_the_submitter_reached_the_emulator(manual, host, base):
    """Rule OUT-URL: by Host, unless that is none."""
    body = b'{"model":"wan-2-6","prompt":"a"}'
    headers = {"host": host}
    path = manual.post("/v1/videos/generations", body=body, headers=headers).json["poll_url"]
    manual.advance(4)
    job = manual.get(path, headers={"host": "elsewhere.example"}).json

    assert job["result"]["data"][0]["url"].startswith(f"{base}/media/")


@pytest.mark.parametrize("public", ["https://cdn.example/wan", "https://cdn.example/wan/"])
def test_public_url_stands_before_the_path(make_client, public):
    """Rule OUT-URL with --public-url; the signature is over the path alone."""
    client = make_client(public_url=public)
    url = client.finished()["result"]["data"][0]["url"]

    assert url.startswith("https://cdn.example/wan/media/job_")
    assert client.get(url.removeprefix("https://cdn.example/wan")).status == 200


def part(client, url, wanted, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(url, headers={"range": wanted, **named})


@pytest.mark.parametrize(
    ("wanted", "bounds"),
    [("bytes=0-99", (0, 100)), ("bytes=100-", (100, None)), ("bytes=-100", (-100, None))],
)
def test_range_gives_the_part_asked_for(manual, url, wanted, bounds):
    """Rule OUT-DOWNLOAD: single, open and suffix ranges."""
    whole = manual.get(url)
    answer = part(manual, url, wanted)
    expected = whole.body[slice(*bounds)]
    begin = bounds[0] % len(whole.body)

    assert (answer.status, answer.body) == (206, expected)
    assert answer.headers["content-length"] == str(len(expected))
    assert (
        answer.headers["content-range"]
        == f"bytes {begin}-{begin + len(expected) - 1}/{len(whole.body)}"
    )
    assert answer.headers["etag"] == whole.headers["etag"]
    assert whole.headers["accept-ranges"] == "bytes"


def test_range_beyond_the_end_is_416_with_the_size(manual, url, conforms):
    """Rule OUT-DOWNLOAD."""
    size = len(manual.get(url).body)
    answer = part(manual, url, f"bytes={size}-")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{size}"


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "bytes=9-1", "lines=1-2"])
def test_range_that_may_be_ignored_gives_the_whole(manual, url, wanted):
    whole, answer = manual.get(url), part(manual, url, wanted)

    assert (answer.status, answer.body) == (200, whole.body)
    assert "content-range" not in answer.headers


def test_range_of_another_version_gives_the_whole(manual, url):
    """Rule OUT-DOWNLOAD: If-Range."""
    head = manual.send("HEAD", url).headers

    assert part(manual, url, "bytes=0-9", if_range=head["etag"]).status == 206
    assert part(manual, url, "bytes=0-9", if_range=head["last-modified"]).status == 206
    assert part(manual, url, "bytes=0-9", if_range='"0"').status == 200


def test_head_has_no_ranges(manual, url):
    answer = manual.send("HEAD", url, headers={"range": "bytes=0-9"})

    assert (answer.status, answer.body) == (200, b"")


def test_video_not_modified_since_is_not_sent_again(manual, url):
    """Rule OUT-DOWNLOAD; the video is as old as the completion of its job."""
    since = manual.get(url).headers["last-modified"]

    assert since == "Sun, 22 Nov 2026 18:00:04 GMT"
    assert manual.get(url, headers={"if-modified-since": since}).status == 304
    assert part(manual, url, "bytes=0-9", if_modified_since=since).status == 304


def test_saved_file_is_named_after_the_job(manual, url):
    job_id = urlsplit(url).path.removeprefix("/media/").removesuffix(".mp4")
    assert manual.get(url).headers["content-disposition"] == f'inline; filename="{job_id}.mp4"'


def test_video_whose_picture_is_no_longer_kept_is_404_and_says_why(make_client, conforms, tmp_path):
    client = make_client(clock="manual", media_folder=tmp_path, state="memory")
    photo = client.upload(fixture_path("photo.jpg").read_bytes()).json["path"]
    path = client.submit(mode="i2v", image=photo).json["poll_url"]
    client.advance(4)
    url = client.get(path).json["result"]["data"][0]["url"]
    (product,) = (file for file in tmp_path.rglob("products/*") if file.is_file())
    product.unlink()
    answer = client.get(url)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert "no longer kept" in answer.error["message"]
    assert "submit the job again" in answer.error["message"]
