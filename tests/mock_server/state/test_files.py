"""Uploads and videos are there for every process, whichever of them took or made them."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import redis

from mock_server.problems import Problem
from mock_server.samples import fixture_path
from mock_server.settings import Settings
from mock_server.state.log import Bounds, StateError
from mock_server.state.redis_files import BLOB, CHUNK_BYTES, FOLDER, RedisFiles
from mock_server.state.redis_log import RedisLog
from tests.applications import open_application
from tests.client import Client, Time

PHOTO = fixture_path("photo.jpg").read_bytes()


def video_of(client):
    """The URL of a video that is made of an upload."""
    path = client.upload(PHOTO).json["path"]
    answer = client.submit(mode="i2v", image=path, duration=5)
    assert answer.status == 202, answer.body
    client.advance(60)
    return client.get(answer.json["poll_url"]).json["result"]["data"][0]["url"]


def test_upload_is_an_image_for_every_process_and_so_is_its_video(make_client, place):
    client = make_client(clock="manual", state=place)
    url = video_of(client)

    one, other = client.get(url), client.get(url)
    assert (one.status, other.status) == (200, 200)
    assert one.body == other.body


def test_nothing_is_read_for_whoever_has_no_signed_url(make_client, runner, place):
    """Rule OUT-URL: also of an account that this process has not seen yet."""
    url = video_of(make_client(clock="manual", state=place))
    stranger = open_application(Settings(clock="manual", state=place), Time())
    client = Client(stranger.app, runner, Time(), None)

    for path in ("/media/job_anything.mp4", "/media/file_1.png", f"{url}0", url.partition("?")[0]):
        assert (client.get(path).status, stranger.emulator.opened()) == (403, [])
    assert client.get(url).status == 200
    assert client.get(f"{url}0").status == 403
    runner.run(stranger.emulator.close())


def test_files_of_a_forgotten_account_go(make_client, place):
    client = make_client(clock="manual", state=place)
    url = video_of(client)
    client.send("DELETE", "/_mock/account")

    assert client.get(url).status == 404
    assert client.get("/v1/jobs").json["data"] == []


def test_redis_forgets_the_files_of_a_forgotten_account(make_client, state_of):
    place = state_of("redis")
    client = make_client(clock="manual", state=place)
    video_of(client)
    with redis.Redis.from_url(place) as server:
        assert server.keys(f"{BLOB}*")
        client.send("DELETE", "/_mock/account")
        client.get("/v1/jobs")
        client.get("/v1/jobs")

        assert not [*server.keys(f"{BLOB}*"), *server.keys(f"{FOLDER}*")]


def test_file_that_redis_no_longer_has_is_told_to_whoever_has_no_copy(make_client, state_of):
    place = state_of("redis")
    client = make_client(clock="manual", state=place)
    url = video_of(client)
    with redis.Redis.from_url(place) as server:
        server.delete(*server.keys(f"{BLOB}*"))

    statuses = sorted(client.get(url).status for _ in range(2))
    assert statuses in ([200, 200], [200, 404])


def test_files_of_which_redis_cannot_be_told_are_refused_and_left(run, own_server, tmp_path):
    log = RedisLog(own_server.new_database(), "{}", b"mark", Bounds(1, 1))
    with RedisFiles(tmp_path, "mark") as files:
        files.log, files.seconds = log, 60
        file = files.root / "account" / "uploads" / "1"
        file.parent.mkdir(parents=True)
        file.write_bytes(b"content")
        own_server.stop()

        async def share():
            try:
                await files.share(file)
            except Problem as problem:
                return problem.code
            finally:
                files.discard("account")
                for task in [*files._discards]:
                    await task

        assert run(share()) == "model_unavailable"
    run(log.close())
    own_server.start()


def test_empty_file_is_shared_too(run, state_of, tmp_path):
    log = RedisLog(state_of("redis"), "{}", b"mark", Bounds(1, 1))
    one, other = (RedisFiles(tmp_path, mark) for mark in ("one", "other"))
    for files in (one, other):
        files.log, files.seconds = log, 60
    for name, content in (("1", b""), ("2", b"content")):
        file = one.root / "account" / "uploads" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        run(one.share(file))
        copy = other.root / file.relative_to(one.root)
        run(other.fetch(copy))
        run(other.fetch(copy))

        assert copy.read_bytes() == content
    run(other.fetch(other.root / "account" / "uploads" / "3"))
    assert not (other.root / "account" / "uploads" / "3").exists()
    run(log.close())
    for files in (one, other):
        files.close()


class Watched(RedisLog):
    """A log that calls *before* with the number and the name of each command for files."""

    def __init__(self, place: str, before: Callable[[int, str], None]) -> None:
        super().__init__(place, "{}", b"mark", Bounds(1, 1))
        self._before = before
        self._numbers = count(1)

    async def do(self, *command: Any) -> Any:
        self._before(next(self._numbers), command[0])
        return await super().do(*command)


@pytest.fixture
def address(state_of):
    return state_of("redis")


@pytest.fixture
def server(address):
    with redis.Redis.from_url(address) as server:
        yield server


def nothing(number: int, command: str) -> None:
    """Let it be done."""


@pytest.fixture
def open_files(run, address, tmp_path):
    """Return a function that returns the files of a process whose log is watched."""
    opened: list[RedisFiles] = []

    def open_(before: Callable[[int, str], None] = nothing) -> RedisFiles:
        files = RedisFiles(tmp_path, f"{len(opened)}-")
        files.log, files.seconds = Watched(address, before), 60
        opened.append(files)
        return files

    yield open_
    for files in opened:
        run(files.log.close())
        files.close()


def written(files, content=b"a" * (2 * CHUNK_BYTES)):
    file = files.root / "account" / "uploads" / "1"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("is_over", [True, False], ids=["once", "from then on"])
def test_upload_that_fails_half_way_is_removed_or_has_an_end(run, server, open_files, is_over):
    def fail(number, command):
        if number == 3 or (number > 3 and not is_over):
            raise StateError("it is away")

    files = open_files(fail)
    with pytest.raises(Problem):
        run(files.share(written(files)))

    ends = [server.ttl(key) for key in server.keys(f"{BLOB}*")]
    assert len(ends) == (0 if is_over else 1)
    assert all(0 < end <= 60 for end in ends)


def test_file_of_which_a_piece_is_missing_is_missing(run, server, open_files):
    one = open_files()
    run(one.share(written(one)))
    other = open_files(lambda number, _: server.flushdb() if number == 3 else None)
    copy = other.root / "account" / "uploads" / "1"
    run(other.fetch(copy))

    assert not copy.exists()
    assert [*(other.root / "scratch").iterdir()] == []


def test_file_that_is_shared_again_is_itself(run, server, open_files):
    one, other = open_files(), open_files()
    file = written(one, b"content")
    for _ in range(2):
        run(one.share(file))
    copy = other.root / file.relative_to(one.root)
    run(other.fetch(copy))

    assert copy.read_bytes() == b"content"
    assert len(server.keys(f"{BLOB}*")) == 1
