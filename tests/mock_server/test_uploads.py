"""Uploads of an account: their names, types and paths, the quota, and how long they are known."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from mock_server.uploads import (
    LEAST_BYTES,
    QuotaError,
    Room,
    Upload,
    Uploads,
    safe_name,
    safe_type,
)


def upload(
    number: int = 1, *, name: str = "photo.jpg", size: int = LEAST_BYTES, at: int = 0
) -> Upload:
    return Upload(
        id=f"file_{number}",
        name=name,
        file=Path(f"file_{number}"),
        content_type="image/jpeg",
        size=size,
        etag='"0"',
        uploaded_at=at,
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"photo.jpg", "photo.jpg"),
        (b"Photo 1 (final).JPG", "Photo_1_final_.JPG"),
        (b"../../etc/passwd", "passwd"),
        (b"C:\\Users\\me\\photo.png", "photo.png"),
        (b"..", "file"),
        (b".", "file"),
        (b"", "file"),
        (b"uploads/", "file"),
        (b".htaccess", "htaccess"),
        (b"a\x00b.png", "a_b.png"),
        (b"a\r\nb.png", "a_b.png"),
        ("фото.jpg".encode(), "_.jpg"),
        (b"\xff\xfe.jpg", "_.jpg"),
        (b'x".jpg', "x_.jpg"),
        (b"a" * 10_000, "a" * 64),
        (b"a" * 10_000 + b".jpeg", "a" * 59 + ".jpeg"),
        (b"a." + b"b" * 10_000, "a." + "b" * 62),
    ],
)
def test_name_is_cut_down_to_what_means_nothing_elsewhere(sent, kept):
    assert safe_name(sent) == kept


@given(st.binary(max_size=300))
def test_no_name_leads_anywhere(sent):
    kept = safe_name(sent)

    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", kept)
    assert kept not in {".", ".."}


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("image/jpeg", "image/jpeg"),
        ("Image/JPEG; charset=x", "image/jpeg"),
        ("video/mp4", "video/mp4"),
        ("audio/x-wav", "audio/x-wav"),
        ("image/svg+xml", "application/octet-stream"),
        ("image/svg", "application/octet-stream"),
        ("image/x+xml", "application/octet-stream"),
        ("text/html", "application/octet-stream"),
        ("application/pdf", "application/octet-stream"),
        ("image/", "application/octet-stream"),
        ("image/a\r\nx: y", "application/octet-stream"),
        ("image/é", "application/octet-stream"),
        ("image/" + "a" * 100, "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_type_is_kept_only_where_no_browser_runs_it(declared, kept):
    assert safe_type(declared) == kept


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("photo.jpg", "/media/file_1.jpg"),
        ("photo.JPG", "/media/file_1.jpg"),
        ("archive.tar.gz", "/media/file_1.gz"),
        ("photo", "/media/file_1.bin"),
        ("photo.", "/media/file_1.bin"),
        ("photo.a_b", "/media/file_1.bin"),
        ("photo.superlongsuffix", "/media/file_1.bin"),
    ],
)
def test_url_ends_like_the_name(name, path):
    assert upload(name=name).media_path == path


def test_upload_is_found_by_its_whole_path_and_by_its_id():
    uploads, photo = Uploads(10_000, 1000), upload()
    uploads.add(photo)

    assert photo.path == "bunny://uploads/file_1/photo.jpg"
    assert uploads.at(photo.path, 0) is photo
    assert uploads.named("file_1", 0) is photo
    for path in ("bunny://uploads/file_1", "bunny://uploads/file_1/x", "file_1", "", "bunny://"):
        assert uploads.at(path, 0) is None
    assert uploads.named("file_2", 0) is None


def test_quota_counts_what_is_kept_and_what_comes_in():
    uploads = Uploads(10_000, 1000)
    uploads.reserve(4200)
    uploads.add(upload(size=4200))
    with pytest.raises(QuotaError, match="8400 of 10000 bytes are taken") as caught:
        uploads.reserve(1601)
    assert (caught.value.used, caught.value.quota) == (8400, 10_000)
    uploads.reserve(-4200)
    uploads.reserve(5800)

    with pytest.raises(QuotaError):
        uploads.reserve(1)


def test_upload_for_which_others_left_no_room_is_refused():
    uploads = Uploads(10_000, 1000)
    uploads.add(upload(size=4200))

    with pytest.raises(QuotaError, match="4200 of 10000 bytes are taken"):
        uploads.add(upload(2, size=5801))
    uploads.add(upload(3, size=5800))


def test_upload_is_forgotten_at_the_end_of_its_time_with_its_file_and_its_place(tmp_path):
    uploads = Uploads(10_000, 1000)
    old = upload(1, size=5800, at=5)._replace(file=tmp_path / "old")
    new = upload(2, size=4200, at=6)._replace(file=tmp_path / "new")
    for each in (old, new):
        each.file.touch()
        uploads.add(each)
    assert uploads.ends_at(old) == 1005
    uploads.expire(1004)
    assert uploads.named("file_1", 1004) is old
    assert uploads.named("file_1", 1005) is None
    uploads.expire(1005)

    assert uploads.named("file_1", 1004) is None
    assert (old.file.exists(), new.file.exists()) == (False, True)
    uploads.reserve(5800)


def test_number_of_uploads_is_bounded_however_small_they_are():
    uploads = Uploads(10 * LEAST_BYTES, 1000)
    for number in range(10):
        with closing(Room(Path("incoming"), uploads.reserve)) as room:
            room.grow_to(0)
            uploads.add(upload(number, size=0))

    with pytest.raises(QuotaError):
        Room(Path("incoming"), uploads.reserve).grow_to(0)
    uploads.expire(1000)
    uploads.reserve(10 * LEAST_BYTES)


def test_looking_one_up_does_not_take_longer_the_more_there_are():
    """Nobody asks of those that are still kept, beyond the oldest, when their time is over."""
    asked = []

    class Asked(Uploads):
        def ends_at(self, upload):
            asked.append(upload.id)
            return super().ends_at(upload)

    uploads = Asked(10**9, 1000)
    for number in range(100):
        uploads.add(upload(number, at=number))
    uploads.expire(1001)

    assert asked == ["file_0", "file_1", "file_2"]
    assert (uploads.named("file_1", 0), uploads.named("file_2", 0)) == (None, upload(2, at=2))


def test_room_gives_back_what_it_reserved_and_removes_its_file(tmp_path):
    uploads, file = Uploads(10_000, 1000), tmp_path / "incoming"
    with closing(Room(file, uploads.reserve)) as room:
        file.touch()
        room.grow_to(6000)
        room.grow_to(2000)
        room.grow_to(10_000)
        with pytest.raises(QuotaError):
            room.grow_to(10_001)

    assert not file.exists()
    uploads.reserve(10_000)
