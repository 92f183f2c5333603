"""What a client at the other end of a real connection sees of each download scenario."""

import io
import time
from urllib.parse import urlsplit

import av
import pytest
import requests

RANGE = {"range": "bytes=1000-1999"}
SOON = 1.0


@pytest.fixture(scope="module")
def whole(server):
    """The video that all scenarios of this module are about, but for what it says of its prompt."""
    content = requests.get(server.video("plain", "submit-200"), timeout=10).content
    assert frames(content) == 150
    return content


def get(url, **more):
    return requests.get(url, timeout=10, **more)


def frames(content):
    """Return how many frames can be decoded without an error."""
    with av.open(io.BytesIO(content), "r") as container:
        return len([*container.decode(video=0)])


def test_url_has_always_expired(server):
    url = server.video("expired", "download-expired")

    for answer in [get(url), get(url), get(url, headers=RANGE), requests.head(url, timeout=10)]:
        assert answer.status_code == 403
    assert get(url).json()["error"]["code"] == "url_expired"


def test_first_two_downloads_are_unavailable(server, whole):
    url = server.video("down", "download-503")
    assert requests.head(url, timeout=10).status_code == 200
    answers = [get(url) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["error"]["code"] == "model_unavailable"
    assert frames(answers[2].content) == 150


def partly(url, **more):
    """Return what came of a download before it broke, and how it broke."""
    received = bytearray()
    try:
        with get(url, stream=True, **more) as answer:
            for piece in answer.iter_content(4096):
                received += piece
    except requests.RequestException as error:
        return bytes(received), str(error)
    return bytes(received), ""


@pytest.mark.parametrize(
    ("scenario", "words"),
    [("download-truncated", "more expected"), ("download-reset", "Connection reset by peer")],
)
def test_first_two_downloads_break_in_half(server, scenario, words):
    url = server.video(scenario, scenario)
    halves = [partly(url) for _ in range(2)]
    size = int(requests.head(url, timeout=10).headers["content-length"])

    for received, error in halves:
        assert words in error
        # The client drops what it has of a piece that is not complete.
        assert size // 2 - 4096 < len(received) <= size // 2
    content = get(url).content
    assert content.startswith(halves[0][0])
    assert (len(content), frames(content)) == (size, 150)


def test_range_fetches_the_rest_of_a_broken_download(server):
    url = server.video("rest", "download-truncated")
    begun, _ = partly(url)
    more, error = partly(url, headers={"range": f"bytes={len(begun)}-"})
    assert error
    begun += more
    begun += get(url, headers={"range": f"bytes={len(begun)}-"}).content

    assert frames(begun) == 150


def test_first_two_downloads_are_slow(server):
    url = server.video("slow", "download-slow")
    for _ in range(2):
        begun = time.perf_counter()
        with get(url, stream=True) as answer:
            received = len(answer.raw.read(4000))
            took = time.perf_counter() - begun

        assert received == 4000
        assert took >= 0.1
        assert int(answer.headers["content-length"]) / 40_000 > 5
    assert get(url).elapsed.total_seconds() < SOON


def test_download_leads_to_another_host_that_serves_it(server):
    url = server.video("away", "download-redirect")
    answer = get(url, allow_redirects=False)
    place = urlsplit(answer.headers["location"])

    assert answer.status_code == 302
    assert (place.hostname, place.port) == ("localhost", urlsplit(url).port)
    assert place.path == urlsplit(url).path
    assert requests.head(url, timeout=10).status_code == 302
    followed = get(url)
    assert [step.status_code for step in followed.history] == [302]
    assert frames(followed.content) == 150
    back = get(url.replace("127.0.0.1", "localhost"), allow_redirects=False)
    assert urlsplit(back.headers["location"]).hostname == "127.0.0.1"
    assert get(answer.headers["location"], headers=RANGE).status_code == 206


def test_ranges_are_ignored(server, whole):
    url = server.video("whole", "download-no-ranges")
    answer = get(url, headers=RANGE)

    assert answer.status_code == 200
    assert "accept-ranges" not in answer.headers
    assert "content-range" not in answer.headers
    assert frames(answer.content) == 150
    assert "accept-ranges" not in requests.head(url, timeout=10).headers


def test_corrupt_video_has_the_right_length_and_does_not_decode(server):
    url = server.video("corrupt", "download-corrupt")
    content = get(url).content

    assert len(content) == int(requests.head(url, timeout=10).headers["content-length"])
    assert content[4:8] == b"ftyp"
    assert get(url, headers=RANGE).content == content[1000:2000]
    with pytest.raises(av.FFmpegError):
        frames(content)


def test_page_comes_in_place_of_the_video(server):
    url = server.video("page", "download-wrong-type")
    answer = get(url, headers=RANGE)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
    assert answer.text.startswith("<!doctype html>")
    assert {"etag", "accept-ranges", "content-range"}.isdisjoint(answer.headers)


@pytest.mark.parametrize("scenario", ["download-wrong-type", "download-corrupt", "download-503"])
def test_url_that_nobody_signed_is_refused_all_the_same(server, scenario):
    url = server.video(f"unsigned-{scenario}", scenario)

    for _ in range(3):
        answer = get(url[:-8] + "00000000")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "invalid_signature")
    assert (get(url).status_code == 503) == (scenario == "download-503")


def test_refusal_of_a_range_is_not_corrupted(server):
    url = server.video("range", "download-corrupt")

    assert get(url, headers={"range": "bytes=99999999-"}).json()["error"]["code"] == (
        "range_not_satisfiable"
    )
