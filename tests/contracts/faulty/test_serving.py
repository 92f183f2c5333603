import asyncio

import pytest

from contracts.faulty.message import Reply, Request
from contracts.faulty.serving import Remake, remade, served

CONTENT = b"0123456789"
WHOLE = Reply(
    status=200,
    headers=(("content-type", "video/mp4"), ("content-length", "3"), ("etag", '"old"')),
    body=b"old",
)
TAG = '"84d89877f0d4041efb6bf91a16f0248f"'


def get(method: str = "GET", **headers: str) -> Reply:
    request = Request(
        operation="download",
        method=method,
        target="/media/job_0.mp4",
        parameters={"file": "job_0.mp4"},
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=b"",
    )
    return served(request, WHOLE, CONTENT)


def test_the_whole_has_its_length_and_a_tag_of_its_own() -> None:
    reply = get()

    assert (reply.status, reply.body, reply.header("content-length")) == (200, CONTENT, "10")
    assert reply.header("etag") == TAG


@pytest.mark.parametrize(
    ("wanted", "body", "told"),
    [
        ("bytes=0-1", b"01", "bytes 0-1/10"),
        ("bytes=8-", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", CONTENT, "bytes 0-9/10"),
    ],
)
def test_ranges_are_parts(wanted: str, body: bytes, told: str) -> None:
    reply = get(range=wanted)

    assert (reply.status, reply.body, reply.header("content-range")) == (206, body, told)
    assert reply.header("content-length") == str(len(body))


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=-0"])
def test_ranges_beyond_the_end_are_416(wanted: str) -> None:
    reply = get(range=wanted)

    assert (reply.status, reply.header("content-range")) == (416, "bytes */10")


@pytest.mark.parametrize("wanted", ["bytes=5-4", "bytes=-", "lines=0-1"])
def test_what_is_no_range_is_ignored(wanted: str) -> None:
    assert get(range=wanted).body == CONTENT


def test_if_range_wants_the_tag() -> None:
    assert get(range="bytes=0-1", if_range=TAG).status == 206
    assert get(range="bytes=0-1", if_range='"old"').status == 200


@pytest.mark.parametrize("tag", [TAG, "*"])
def test_the_content_is_not_served_again(tag: str) -> None:
    reply = get(if_none_match=tag)

    assert (reply.status, reply.body, reply.header("content-length")) == (304, b"", None)


def test_head_has_the_length_and_no_body() -> None:
    reply = get("HEAD")

    assert (reply.status, reply.body, reply.header("content-length")) == (200, b"", "10")


@pytest.mark.parametrize(
    ("file", "remake", "status", "body"),
    [
        ("job_0.mp4", lambda content, _: content + b"!", 200, b"old!"),
        ("job_0.mp4", lambda content, _: content, 200, b"old"),
        ("picture.png", lambda content, _: content + b"!", 200, b"old"),
        ("job_gone.mp4", lambda content, _: content + b"!", 404, b""),
    ],
)
def test_only_videos_that_there_are_become_others(
    file: str, remake: Remake, status: int, body: bytes
) -> None:
    request = Request(
        operation="download",
        method="GET",
        target=f"/media/{file}",
        parameters={"file": file},
        headers=(),
        body=b"",
    )

    async def proceed(request: Request) -> Reply:
        return Reply(status=404, headers=(), body=b"") if "gone" in request.target else WHOLE

    async def call() -> Reply:
        return await remade(remake)()(request, proceed)

    reply = asyncio.run(call())
    assert (reply.status, reply.body) == (status, body)


def test_what_is_no_download_passes_as_it_is() -> None:
    async def proceed(request: Request) -> Reply:
        return WHOLE

    request = Request(
        operation="job", method="GET", target="/v1/jobs/a", parameters={}, headers=(), body=b""
    )

    async def call() -> Reply:
        return await remade(lambda content, _: content + b"!")()(request, proceed)

    assert asyncio.run(call()) is WHOLE


def test_video_is_made_another_once() -> None:
    made = iter([b"once"])

    async def proceed(request: Request) -> Reply:
        return WHOLE

    request = Request(
        operation="download",
        method="GET",
        target="/media/job_0.mp4",
        parameters={"file": "job_0.mp4"},
        headers=(),
        body=b"",
    )
    behave = remade(lambda *_: next(made))()

    async def call() -> list[bytes]:
        return [(await behave(request, proceed)).body for _ in range(2)]

    assert asyncio.run(call()) == [b"once", b"once"]
