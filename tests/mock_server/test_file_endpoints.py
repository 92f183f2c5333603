"""POST /v1/files/upload and what follows from it: paths, URLs, the quota, and the end."""

import asyncio
import errno
import gc
import hashlib
import os
import re
import shutil
import threading
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from contracts.document import load
from mock_server.admission import Gate
from mock_server.calls import Call, Gone
from mock_server.clock import system_now
from mock_server.commands import Keep
from mock_server.control import Control
from mock_server.emulator import Emulator
from mock_server.file_endpoints import FileEndpoints
from mock_server.keys import Keyring
from mock_server.nearness import Nearness
from mock_server.paths import Paths
from mock_server.problems import Problem
from mock_server.receiving import FORM_BYTES, receive, telling_full
from mock_server.rendering import Rendering
from mock_server.resources import Envelope, Nowhere, Resource
from mock_server.settings import Settings
from mock_server.signing import Signer
from mock_server.storage import Storage
from mock_server.tagged import Mappings
from mock_server.uploads import LEAST_BYTES, QuotaError, Room

DAY = 86_400
PATH = "/v1/files/upload"
SIGN = "/v1/files/sign"
FORM = {"content-type": "multipart/form-data; boundary=b"}
CONTENT_TYPE = (b"content-type", FORM["content-type"].encode())
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"
LINES = b"lines\n--wan-mock\r\n--wan-moc\r\n--wan-mockery\r\n--wan-mock-"
LIMITS = load().api.limits


@pytest.fixture
def stored(make_client, tmp_path):
    """A client of an emulator, and a function that lists the files that it keeps."""
    client = make_client(media_folder=tmp_path, clock="manual")

    def files():
        for thread in threading.enumerate():
            if thread.name == "removal":
                thread.join()
        return [path for path in tmp_path.rglob("*") if path.is_file()]

    return client, files


def test_answer_has_what_the_contract_promises(manual, conforms):
    answer = manual.upload(b"picture")
    body = answer.json

    conforms(body, "File")
    assert answer.status == 200
    assert re.fullmatch("file_[0-9a-f]{24}", body["id"])
    assert body["path"] == f"bunny://uploads/{body['id']}/photo.jpg"
    assert (body["bytes"], body["content_type"]) == (7, "image/jpeg")
    assert body["expires_at"] == "2026-11-29T18:00:00.000Z"
    assert urlsplit(body["url"]).path == f"/media/{body['id']}.jpg"


def test_same_uploads_in_the_same_order_have_the_same_ids(make_client):
    ids = [
        [client.upload(content).json["id"] for content in (b"a", b"b")]
        for client in (make_client(), make_client())
    ]

    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2
    assert make_client(seed=1).upload(b"a").json["id"] not in ids[0]
    assert make_client(key="sk-empiriolabs-b").upload(b"a").json["id"] not in ids[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"\r\n", LINES, b"\0" * 3_000_000],
    ids=["empty", "short", "line break", "nearly boundaries", "megabytes"],
)
def test_upload_comes_back_as_it_was_sent(manual, content):
    """Rule OUT-DOWNLOAD, for uploads: the emulator keeps them as they are."""
    sent = manual.upload(content)
    answer = manual.as_(None).get(sent.json["url"])

    assert sent.json["bytes"] == len(content)
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["etag"] == f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    assert answer.headers["last-modified"] == "Sun, 22 Nov 2026 18:00:00 GMT"


def test_browser_saves_an_upload_and_runs_nothing_in_it(manual):
    url = manual.upload(b"<script>", name='x".html', content_type="text/html").json["url"]
    headers = manual.get(url).headers

    assert headers["content-type"] == "application/octet-stream"
    assert headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', headers["content-disposition"])


def test_upload_is_handed_out_in_part_and_not_again(manual):
    """Rule OUT-DOWNLOAD."""
    url = manual.upload(b"0123456789").json["url"]
    head = manual.send("HEAD", url)
    part = manual.get(url, headers={"range": "bytes=-3"})

    assert (head.status, head.headers["content-length"], head.body) == (200, "10", b"")
    assert (part.status, part.body) == (206, b"789")
    assert manual.get(url, headers={"range": "bytes=10-"}).status == 416
    assert manual.get(url, headers={"if-none-match": head.headers["etag"]}).status == 304


def test_download_that_is_under_way_ends_though_the_account_is_forgotten(manual, runner):
    url = manual.upload(b"0123456789").json["url"]
    sent = []

    async def send(message):
        if message["type"] == "http.response.body":
            await manual._send("DELETE", "/_mock/account", b"", {})
        sent.append(message)

    parts = urlsplit(url)
    scope: Any = {"type": "http", "method": "GET", "path": parts.path, "headers": []}
    scope |= {"query_string": parts.query.encode(), "scheme": "http", "server": None}
    runner.run(manual.app(scope, None, send))

    assert bytes(sent[1]["body"]) == b"0123456789"
    assert manual.get(url).status == 404


CHANGES = {
    "signature": lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
    "another suffix": lambda url: url.replace(".jpg", ".png"),
    "another file": lambda url: url.replace("/file_", "/file_0"),
    "out of the folder": lambda url: url.replace("/media/", "/media/..%5C"),
    "expires later": lambda url: url.replace("expires=1", "expires=2"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_url_is_refused(manual, change):
    """Rule OUT-URL."""
    answer = manual.get(change(manual.upload(b"a").json["url"]))

    assert (answer.status, answer.error["code"]) == (403, "invalid_signature")


def test_url_ends_after_seven_days_and_is_renewed_within_thirty(manual, conforms):
    """Rule OUT-URL."""
    sent = manual.upload(b"a").json
    manual.advance(7 * DAY)
    assert manual.get(sent["url"]).error["code"] == "url_expired"
    answer = manual.get(f"{SIGN}?file_id={sent['id']}")

    conforms(answer.json, "SignedUrl")
    assert answer.json["expires_at"] == "2026-12-06T18:00:00.000Z"
    assert manual.get(answer.json["url"]).body == b"a"


def test_no_url_holds_longer_than_the_upload_is_kept(manual):
    """Rule OUT-URL."""
    sent = manual.upload(b"a").json
    manual.advance(29 * DAY)
    signed = manual.get(f"{SIGN}?file_id={sent['id']}").json
    assert signed["expires_at"] == "2026-12-22T18:00:00.000Z"
    manual.advance(DAY - 1)
    assert manual.get(signed["url"]).status == 200
    manual.advance(1)

    assert manual.get(signed["url"]).error["code"] == "url_expired"
    assert manual.get(f"{SIGN}?file_id={sent['id']}").status == 404


def test_upload_is_removed_from_disk_when_its_time_is_over(stored):
    client, files = stored
    client.upload(b"a")
    client.advance(30 * DAY - 1)
    client.upload(b"b")
    client.advance(1)
    client.upload(b"c")

    assert sorted(path.read_bytes() for path in files()) == [b"b", b"c"]


def test_upload_belongs_to_its_account_alone(manual):
    sent = manual.upload(b"a").json
    other = manual.as_("sk-empiriolabs-other")

    assert other.get(f"{SIGN}?file_id={sent['id']}").status == 404
    assert manual.get(f"{SIGN}?file_id={sent['id']}").status == 200


def test_forgotten_account_leaves_no_files(stored):
    client, files = stored
    url = client.upload(b"a").json["url"]
    assert len(files()) == 1
    client.send("DELETE", "/_mock/account")

    assert files() == []
    assert (client.get(url).status, client.get(url).error["code"]) == (404, "not_found")


def test_account_that_begins_anew_does_not_hand_out_another_file_at_an_old_url(manual):
    url = manual.upload(b"a", name="a.png").json["url"]
    manual.send("DELETE", "/_mock/account")
    again = manual.upload(b"b", name="b.jpg").json

    assert again["id"] in url
    assert manual.get(url).status == 404


def test_file_that_somebody_took_away_is_404(stored):
    client, files = stored
    url = client.upload(b"a").json["url"]
    (file,) = files()
    file.unlink()

    assert client.get(url).error["code"] == "not_found"


def test_upload_that_comes_in_while_the_account_is_forgotten_is_of_the_new_one(stored):
    client, files = stored
    client.upload(b"before")
    answer = client.send(
        "POST",
        PATH,
        body=HEAD + b"late" + TAIL,
        headers=FORM,
        meanwhile=("DELETE", "/_mock/account"),
    )

    assert answer.status == 200
    assert [path.read_bytes() for path in files()] == [b"late"]
    assert client.get(answer.json["url"]).body == b"late"


def test_client_that_leaves_half_way_leaves_nothing_behind(stored, runner):
    client, files = stored
    pieces, seen, sent = iter([HEAD, b"a" * 2_000_000]), [], []

    async def receive():
        seen.append([path.name for path in files()])
        piece = next(pieces, None)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message):
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in FORM.items()]
    headers.append((b"x-api-key", b"sk-empiriolabs-tests"))
    scope: Any = {"type": "http", "method": "POST", "path": PATH, "headers": headers}
    scope |= {"query_string": b"", "scheme": "http", "server": None}
    runner.run(client.app(scope, receive, send))

    assert sent == []
    assert [len(names) for names in seen] == [1, 1, 1]
    assert files() == []


# method, key, content type, announced length, answer
FAULTS = {
    "key before size": ("", FORM["content-type"], "999999999", 401),
    "size before content type": ("Bearer sk-empiriolabs-a", "text/plain", "999999999", 413),
    "content type before form": ("Bearer sk-empiriolabs-a", "text/plain", "9", 415),
    "no content type": ("Bearer sk-empiriolabs-a", "", "9", 415),
    "another form": ("Bearer sk-empiriolabs-a", "application/x-www-form-urlencoded", "9", 415),
    "form": ("Bearer sk-empiriolabs-a", FORM["content-type"], "9", 400),
    "size without a boundary": ("Bearer sk-empiriolabs-a", "multipart/form-data", "999999999", 413),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_earlier_step_speaks(client, conforms, case):
    key, content_type, length, status = case
    headers = {"authorization": key, "content-type": content_type, "content-length": length}
    answer = client.send("POST", PATH, body=b"{", headers=headers)

    conforms(answer.json, "Error")
    assert answer.status == status


def test_rate_counts_uploads(make_client):
    """Rule LIMIT-RPM."""
    client = make_client(rpm=1)

    assert [client.upload(b"").status for _ in range(2)] == [200, 429]


def test_upload_over_the_limit_is_refused_before_it_is_read(client):
    """Rule REQ-SIZE."""
    headers = {**FORM, "content-length": str(LIMITS.max_upload_bytes + FORM_BYTES + 1)}
    answer = client.send("POST", PATH, body=[], headers=headers)

    assert (answer.status, answer.error["code"]) == (413, "request_too_large")
    assert str(LIMITS.max_upload_bytes) in answer.error["message"]


def test_upload_over_the_limit_without_a_length_is_refused_on_the_way(stored):
    """Rule REQ-SIZE."""
    client, files = stored
    piece = b"\0" * 11_000_000
    sent = iter([HEAD, *[piece] * 10, b"never read"])
    answer = client.send("POST", PATH, body=[*sent], headers=FORM)

    assert (answer.status, answer.error["code"]) == (413, "request_too_large")
    assert files() == []


@pytest.mark.parametrize("pieces", [1, 7], ids=["with a length", "without a length"])
@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
def test_limit_is_that_of_the_file_whatever_the_form_around_it(small, pieces, more, status):
    """Rule REQ-SIZE."""
    body = HEAD + b"x" * (MOST + more) + TAIL + b"epilogue" * 1000
    cut = len(body) // pieces + 1
    parts = [body[start : start + cut] for start in range(0, len(body), cut)]
    answer = small.send("POST", PATH, body=parts[0] if pieces == 1 else parts, headers=FORM)

    assert answer.status == status
    if more:
        assert f"larger than {MOST} bytes" in answer.error["message"]


def test_form_may_not_be_much_larger_than_the_largest_file(small):
    pieces = [HEAD + b"x" + TAIL, *[b"epilogue" * 10_000] * 100]
    answer = small.send("POST", PATH, body=pieces, headers=FORM)

    assert (answer.status, answer.error["code"]) == (413, "request_too_large")


QUOTA, MOST = 10_000, 9000


@pytest.fixture
def small(made_small, tmp_path):
    """A client of an emulator whose uploads may have 10,000 bytes together, and each 9000."""
    with Storage(tmp_path) as storage:
        yield made_small(storage)


@pytest.fixture
def made_small(client_of):
    contract = load()
    limits = contract.api.limits._replace(upload_quota_bytes=QUOTA, max_upload_bytes=MOST)
    contract = contract._replace(api=contract.api._replace(limits=limits))

    def make(storage, kind=Emulator):
        emulator = kind(contract, Settings(), system_now, storage)
        gate = Gate(emulator, Keyring(contract.api, None))
        files = FileEndpoints(emulator, Rendering(contract, Signer(0)))
        control = Resource({"DELETE": Control(emulator).forget_account}, {"DELETE": gate.required})
        upload = Resource({"POST": files.upload}, {"POST": gate.required})
        paths = Paths(
            {PATH: upload, "/_mock/account": control}, otherwise=Nowhere(Nearness(contract.api))
        )
        return client_of(Envelope(paths, contract.api)).as_("sk-empiriolabs-tests")

    return make


class FilledElsewhere(Emulator):
    """An emulator whose uploads come in at another process just then, until there is no room."""

    async def do(self, name, command):
        if isinstance(command, Keep):
            raise QuotaError(QUOTA, QUOTA)
        return await super().do(name, command)


def test_upload_for_which_others_left_no_room_is_told_and_removed(tmp_path, made_small):
    with Storage(tmp_path) as storage:
        answer = made_small(storage, FilledElsewhere).upload(b"x")

        assert (answer.status, answer.error["code"]) == (413, "request_too_large")
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_uploads_together_stay_within_the_quota(small, conforms):
    assert [small.upload(b"x" * 4500).status for _ in range(2)] == [200, 200]
    refused = small.upload(b"x" * 4500)

    conforms(refused.json, "Error")
    assert (refused.status, refused.error["code"]) == (413, "request_too_large")
    assert refused.error["param"] == "file"
    assert "9000 of 10000 bytes" in refused.error["message"]
    assert "DELETE /_mock/account" in refused.error["message"]
    assert small.as_("sk-empiriolabs-other").upload(b"x" * 4500).status == 200
    small.send("DELETE", "/_mock/account")
    assert small.upload(b"x" * 4500).status == 200


def test_upload_may_fill_the_quota_to_the_last_byte(small):
    assert small.upload(b"x" * 4500).status == 200
    assert small.upload(b"x" * 5501).status == 413
    assert small.upload(b"x" * 5500).status == 200
    refused = small.upload(b"")

    assert (refused.status, refused.error["param"]) == (413, "file")
    assert "10000 of 10000 bytes" in refused.error["message"]


def test_empty_uploads_are_not_without_end(small):
    statuses = [small.upload(b"").status for _ in range(QUOTA // LEAST_BYTES + 1)]

    assert statuses == [200] * (QUOTA // LEAST_BYTES) + [413]


class Filling(Storage):
    """Storage on a disk that is full once so many folders were asked for."""

    left = 0

    @property
    def root(self):
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().root


def test_disk_that_is_full_wherever_a_folder_is_needed_is_told(made_small, tmp_path, conforms):
    statuses: list[int] = []
    with Filling(tmp_path) as storage:
        client = made_small(storage)
        while 200 not in statuses:
            storage.left = len(statuses)
            answer = client.upload(b"content")
            statuses.append(answer.status)
            if answer.status != 200:
                conforms(answer.json, "Error")
                assert "disk is full" in answer.error["message"]
                assert not [path for path in tmp_path.rglob("*") if path.is_file()]

    assert len(statuses) > 2
    assert {*statuses[:-1]} == {413}


def test_upload_without_a_folder_to_write_to_is_refused_with_what_would_do(
    made_small, tmp_path, conforms
):
    (tmp_path / "file").touch()
    answer = made_small(Storage(tmp_path / "file" / "below")).upload(b"content")

    assert (answer.status, answer.error["param"]) == (413, "file")
    assert "no folder to write to" in answer.error["message"]
    assert "--media-folder would do" in answer.error["message"]
    conforms(answer.json, "Error")


def test_upload_works_though_somebody_took_the_folder_away(make_client, tmp_path):
    client = make_client(media_folder=tmp_path)
    gone = client.upload(b"a").json
    for folder in tmp_path.iterdir():
        shutil.rmtree(folder)
    answer = client.upload(b"b")

    assert client.get(answer.json["url"]).body == b"b"
    assert client.get(gone["url"]).status == 404


def test_uploads_at_once_do_not_overshoot_the_quota(small, runner):
    body = HEAD + b"x" * 4500 + TAIL

    async def gather():
        sends = (small._send("POST", PATH, [body], FORM) for _ in range(10))
        return [answer.status for answer in await asyncio.gather(*sends)]

    assert sorted(runner.run(gather())) == [200, 200] + [413] * 8
    assert small.upload(b"x" * 500).status == 413
    small.send("DELETE", "/_mock/account")
    assert small.upload(b"x" * 9000).status == 200


@pytest.fixture
def call_of():
    """Return a function that makes a call with the given pieces as its body, each after one turn of the loop."""

    def make(*pieces: bytes, headers=()):
        rest = iter(pieces)

        async def receive():
            await asyncio.sleep(0)
            piece = next(rest, None)
            if piece is None:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": True}

        return Call({"type": "http", "headers": [CONTENT_TYPE, *headers]}, receive, None)

    return make


def no_quota(size: int) -> None:
    """Let everything in."""


def full(size: int) -> None:
    if size > 0:
        raise QuotaError(5, 7)


def test_quota_is_asked_for_while_the_upload_comes_in(call_of, runner, tmp_path):
    call = call_of(HEAD + b"x" * 2_000_000)
    with (
        closing(Room(tmp_path / "a", full)) as room,
        pytest.raises(Problem, match="5 of 7 bytes") as caught,
        telling_full("file"),
    ):
        runner.run(receive(call, "file", room, 10_000_000))

    assert caught.value.code == "request_too_large"


def test_quota_is_asked_for_before_an_announced_upload_comes_in(call_of, runner, tmp_path):
    """So that of two at once the later one is refused at its beginning, not half way."""
    asked: list[int] = []
    call = call_of(headers=[(b"content-length", b"9000000")])
    with closing(Room(tmp_path / "a", asked.append)) as room, pytest.raises(Gone):
        runner.run(receive(call, "file", room, 10_000_000))

    assert asked == [9_000_000 - FORM_BYTES, FORM_BYTES - 9_000_000]


def test_full_disk_is_told(call_of, runner, tmp_path):
    disk = tmp_path / "disk"
    disk.symlink_to("/dev/full")
    call = call_of(HEAD + b"x" * 2_000_000)
    with (
        closing(Room(disk, no_quota)) as room,
        pytest.raises(Problem, match="disk is full") as caught,
        telling_full("file"),
    ):
        runner.run(receive(call, "file", room, 10_000_000))

    assert caught.value.code == "request_too_large"


def test_disk_that_fails_otherwise_is_a_defect_of_the_emulator(call_of, runner, tmp_path):
    with (
        closing(Room(tmp_path / "no" / "folder", no_quota)) as room,
        pytest.raises(FileNotFoundError),
        telling_full("file"),
    ):
        runner.run(receive(call_of(HEAD), "file", room, 100))


def test_cancelled_upload_leaves_nothing_behind(call_of, runner, tmp_path):
    """As when the server stops."""

    began = asyncio.Event()

    async def endless():
        began.set()
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    async def cancel():
        call = Call({"type": "http", "headers": [CONTENT_TYPE]}, endless, None)
        with closing(Room(tmp_path / "a", no_quota)) as room:
            task = asyncio.ensure_future(receive(call, "file", room, 10_000_000_000))
            await began.wait()
            assert room.file.exists()
            task.cancel()
            await asyncio.wait({task})
            return task.cancelled()

    assert runner.run(cancel())
    assert [*tmp_path.iterdir()] == []


def test_clients_that_read_the_same_file_at_once_share_its_memory(tmp_path):
    """So that many slow ones cost no more than one."""
    file, mappings = tmp_path / "a", Mappings()
    file.write_bytes(b"content")
    one = mappings.content(file, '"1"')

    assert mappings.content(file, '"1"') is one
    assert mappings.content(file, '"2"') is not one
    assert (one[:], one.etag) == (b"content", '"1"')


def test_file_that_nobody_reads_any_more_is_not_held_open(tmp_path):
    file, mappings = tmp_path / "a", Mappings()
    file.write_bytes(b"content")
    mappings.content(file, '"1"')
    gc.collect()
    file.unlink()

    with pytest.raises(FileNotFoundError):
        mappings.content(file, '"1"')
