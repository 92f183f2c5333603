"""Files on disk: a folder for the emulator, a shelf for each account, and nothing left behind."""

import errno
import gc
import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from mock_server.clock import SECOND
from mock_server.shelf import Bounds, Shelf
from mock_server.storage import NowhereError, Storage
from mock_server.uploads import Received, Upload

BOUNDS = Bounds(product_bytes=100, upload_bytes=10_000, upload_lifetime=60)


@pytest.fixture
def storage(tmp_path):
    with Storage(tmp_path) as storage:
        yield storage


@pytest.fixture
def shelf(storage):
    return shelf_of(storage)


def shelf_of(storage: Storage, name: str = "tests", *, at: int = 0) -> Shelf:
    return storage.shelf(name, BOUNDS, lambda: at)


def kept(shelf: Shelf, name: str, content: bytes) -> Path:
    scratch = shelf.scratch()
    scratch.write_bytes(content)
    return shelf.keep(scratch, name)


def put(shelf: Shelf, file_id: str = "file_1", content: bytes = b"content") -> Upload:
    with closing(shelf.room()) as room:
        room.file.write_bytes(content)
        received = Received(room.file, b"a b.png", "image/PNG", len(content), '"0"')
        return shelf.put(file_id, shelf.place(received))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def wait_for_removals() -> None:
    for thread in threading.enumerate():
        if thread.name == "removal":
            thread.join()


def test_nothing_is_made_before_something_is_kept(tmp_path, storage, shelf):
    assert shelf.upload("bunny://uploads/file_1/a.png") is None
    assert shelf.upload_named("file_1") is None
    shelf.clear()

    assert [*tmp_path.iterdir()] == []


def test_folders_are_nobody_elses(storage, shelf):
    product, upload = kept(shelf, "a.jpg", b"a"), put(shelf)
    shelf.scratch()
    folders = [storage.root, *(path for path in storage.root.rglob("*") if path.is_dir())]

    assert {product.parent, upload.file.parent, product.parent.parent} <= {*folders}
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_closed_storage_leaves_nothing_behind_and_can_be_used_again(tmp_path):
    storage = Storage(tmp_path)
    kept(shelf_of(storage), "a.jpg", b"a")
    first = storage.root
    storage.close()
    assert [*tmp_path.iterdir()] == []
    second = storage.root
    assert second != first
    storage.close()
    storage.close()

    assert [*tmp_path.iterdir()] == []


def test_storage_goes_with_whoever_had_it(tmp_path):
    shelf = shelf_of(Storage(tmp_path))
    kept(shelf, "a.jpg", b"a")
    assert files(tmp_path)
    del shelf
    gc.collect()

    assert [*tmp_path.iterdir()] == []


FORKING = """
import os, sys
from pathlib import Path
from mock_server.storage import Storage

storage = Storage(Path(sys.argv[1]))
root = storage.root
child = os.fork()
if child:
    os.waitpid(child, 0)
    print(root.is_dir())
"""


def test_storage_goes_with_the_interpreter_but_not_with_a_process_that_it_forked(tmp_path):
    command = [sys.executable, "-c", FORKING, tmp_path]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ended.stdout == "True\n"
    assert [*tmp_path.iterdir()] == []


def test_storage_is_among_the_temporary_files_unless_told_otherwise():
    with Storage() as storage:
        assert storage.root.is_dir()
        assert storage.root.name.startswith("wan-mock-")


def test_scratch_paths_are_all_different(storage):
    shelves = [shelf_of(storage, "a"), shelf_of(storage, "b")]

    assert len({shelf.scratch() for shelf in shelves for _ in range(10)}) == 20


def test_accounts_that_differ_in_case_have_folders_that_do_not(storage):
    upper, lower = (kept(shelf_of(storage, name), "a.jpg", b"a") for name in ("Ab", "aB"))

    assert str(upper).lower() != str(lower).lower()


def test_product_is_kept_where_it_was_said_to_be(shelf):
    expected = shelf.product("0af-360-2000.jpg")
    assert not expected.exists()
    path = kept(shelf, "0af-360-2000.jpg", b"picture")

    assert path == expected
    assert path.is_absolute()
    assert path.read_bytes() == b"picture"


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", "/etc/passwd", "a\0", "a\n", ".a"])
def test_product_with_the_name_of_a_way_elsewhere_is_refused(shelf, name):
    with pytest.raises(ValueError, match="is not the name of a product"):
        shelf.product(name)


def test_products_kept_longest_ago_are_dropped_and_uploads_never(shelf):
    upload = put(shelf, content=b"x" * 500)
    first, second = kept(shelf, "1", b"1" * 40), kept(shelf, "2", b"2" * 40)
    kept(shelf, "1", b"1" * 40)
    third = kept(shelf, "3", b"3" * 40)

    assert (first.exists(), second.exists(), third.exists()) == (True, False, True)
    assert upload.file.exists()


def test_folder_that_lasts_is_shared_with_processes_before_and_beside(tmp_path):
    before = shelf_of(Storage(lasting=tmp_path, mark="a"))
    first, second = kept(before, "1", b"1" * 60), kept(before, "2", b"2" * 40)
    with Storage(lasting=tmp_path, mark="b") as storage:
        after, beside = shelf_of(storage), shelf_of(Storage(lasting=tmp_path, mark="c"))
        assert after.scratch().name != before.scratch().name
        third = kept(after, "3", b"3" * 60)
        assert (first.exists(), second.exists(), third.exists()) == (False, True, True)
        beside.clear()

    assert not third.exists()
    assert tmp_path.exists()


def test_temporary_files_of_killed_processes_are_removed_after_an_hour(tmp_path):
    killed = Storage(lasting=tmp_path, mark="a")
    file, folder, late = killed.scratch(), killed.scratch(), killed.scratch()
    kept(shelf_of(killed), "1", b"1")
    (folder / "products").mkdir(parents=True)
    for path, written_at in ((file, 1), (folder, 1), (late, 2)):
        path.touch()
        os.utime(path, (written_at, written_at))
    Storage(lasting=tmp_path, mark="b", time=lambda: 3602 * SECOND).close()

    assert [*late.parent.iterdir()] == [late]
    assert len(files(tmp_path)) == 2


def test_what_cannot_be_removed_stays_and_is_forgotten_all_the_same(storage):
    shelf = shelf_of(storage)
    upload = put(shelf)
    upload.file.unlink()
    (upload.file / "folder").mkdir(parents=True)
    shelf_of(storage, at=60).expire()
    (storage.root / "scratch").rmdir()
    (storage.root / "scratch").touch()
    shelf.clear()

    assert shelf.upload_named("file_1") is None
    assert upload.file.exists()


def test_product_kept_again_counts_once(shelf):
    paths = [kept(shelf, "1", b"1" * 50) for _ in range(3)]
    other = kept(shelf, "2", b"2" * 50)

    assert {path.exists() for path in [*paths, other]} == {True}


def test_newest_product_is_kept_however_large(shelf):
    small, large = kept(shelf, "small", b"1"), kept(shelf, "large", b"2" * 101)

    assert (small.exists(), large.exists()) == (False, True)


def test_upload_is_what_was_received(shelf):
    upload = put(shelf)

    assert upload.path == "bunny://uploads/file_1/a_b.png"
    assert (upload.content_type, upload.size, upload.uploaded_at) == ("image/png", 7, 0)
    assert upload.file.read_bytes() == b"content"
    assert shelf.upload(upload.path) == upload
    assert shelf.upload_named("file_1") == upload


def test_upload_is_forgotten_after_its_time(storage):
    """Rule OUT-URL: on the account's clock."""
    shelf = shelf_of(storage)
    upload = put(shelf)
    assert shelf.ends_at(upload) == 60
    shelf_of(storage, at=59)
    assert shelf.upload(upload.path) == upload
    shelf_of(storage, at=60)

    assert shelf.upload(upload.path) is None
    assert shelf.upload_named("file_1") is None
    shelf.expire()
    assert not upload.file.exists()


def test_upload_whose_time_is_over_makes_room_for_another(storage):
    shelf = shelf_of(storage)
    put(shelf, content=b"x" * 10_000)
    shelf_of(storage, at=60)
    shelf.expire()
    with closing(shelf.room()) as room:
        room.grow_to(10_000)


def test_cleared_shelf_has_nothing_and_can_be_used_again(storage, shelf):
    product, upload = kept(shelf, "a.jpg", b"a"), put(shelf)
    shelf.clear()

    assert (product.exists(), upload.file.exists()) == (False, False)
    assert shelf.upload(upload.path) is None
    wait_for_removals()
    assert files(storage.root) == []
    assert put(shelf).file.exists()


def test_cleared_shelf_leaves_others_alone(storage):
    mine, other = shelf_of(storage, "mine"), shelf_of(storage, "other")
    upload = put(other)
    put(mine)
    mine.clear()

    assert other.upload(upload.path) == upload
    assert upload.file.exists()


def test_shelf_that_somebody_took_away_can_be_cleared(storage, shelf):
    product = kept(shelf, "a.jpg", b"a")
    product.parent.parent.rename(storage.root.parent / "elsewhere")
    shelf.clear()

    assert not product.exists()


def test_what_comes_in_while_the_shelf_is_cleared_lands_on_that_of_the_account_opened_anew(storage):
    shelf = shelf_of(storage)
    with closing(shelf.room()) as room:
        room.file.write_bytes(b"late")
        shelf.clear()
        again = shelf_of(storage)
        upload = again.put("file_1", again.place(Received(room.file, b"a", "", 4, '"0"')))

    assert again is shelf
    assert upload.file.read_bytes() == b"late"


def whole(storage: Storage, shelf: Shelf) -> list[Path]:
    return [storage.root]


def with_what_it_lies_in(storage: Storage, shelf: Shelf) -> list[Path]:
    return [storage.root.parent]


def scratch_alone(storage: Storage, shelf: Shelf) -> list[Path]:
    return [shelf.scratch().parent]


def accounts_alone(storage: Storage, shelf: Shelf) -> list[Path]:
    return [path for path in storage.root.iterdir() if path.name != "scratch"]


def kinds_alone(storage: Storage, shelf: Shelf) -> list[Path]:
    return [*shelf.product("a").parent.parent.iterdir()]


@pytest.mark.parametrize(
    "taken", [whole, with_what_it_lies_in, scratch_alone, accounts_alone, kinds_alone]
)
def test_folders_that_somebody_took_away_are_made_again(tmp_path, taken):
    """As what cleans up temporary files does."""
    with Storage(tmp_path / "below") as storage:
        shelf = shelf_of(storage)
        put(shelf, "file_1")
        first = kept(shelf, "a.jpg", b"a")
        folders = taken(storage, shelf)
        assert folders
        for folder in folders:
            shutil.rmtree(folder)
        again, upload = kept(shelf, "a.jpg", b"a"), put(shelf, "file_2")
        made = [storage.root, *(path for path in storage.root.rglob("*") if path.is_dir())]

        assert again == first
        assert (again.read_bytes(), upload.file.read_bytes()) == (b"a", b"content")
        assert {path.stat().st_mode & 0o777 for path in made} == {0o700}
    assert files(tmp_path) == []


def test_folder_that_went_before_it_was_needed_is_made(tmp_path):
    below = tmp_path / "below"
    with Storage(below) as storage:
        assert storage.root.parent == below


def test_uploads_whose_files_somebody_took_away_are_forgotten_in_time(storage):
    shelf = shelf_of(storage)
    upload = put(shelf)
    shutil.rmtree(storage.root)
    shelf_of(storage, at=60)

    assert shelf.upload(upload.path) is None


def test_product_that_somebody_took_away_on_its_way_is_told(shelf):
    with pytest.raises(FileNotFoundError):
        shelf.keep(shelf.scratch(), "a.jpg")

    assert kept(shelf, "a.jpg", b"a").exists()


def test_full_disk_is_told(storage):
    shelf = shelf_of(storage)
    scratch = shelf.scratch()
    scratch.touch()
    full = FullStorage(storage.root)
    with pytest.raises(OSError, match="No space") as caught:
        shelf_of(full).keep(scratch, "a.jpg")

    assert caught.value.errno == errno.ENOSPC


class FullStorage(Storage):
    """On a disk on which no folder can be made."""

    @property
    def root(self) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_folder_that_cannot_be_made_is_told_with_what_would_do(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NowhereError, match=r"Not a directory; .* or --media-folder would do$"):
        _ = Storage(file / "below").root


def test_shelf_of_nobody_is_not_remembered(storage):
    shelf_of(storage)
    gc.collect()

    assert [*storage._shelves] == []


def test_processes_share_no_root(tmp_path):
    with Storage(tmp_path) as one, Storage(tmp_path) as other:
        assert one.root != other.root
        assert os.path.commonpath([one.root, other.root]) == str(tmp_path)
