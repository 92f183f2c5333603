"""Media within reach become files: the caller's to remove, or somebody else's to keep."""

import asyncio
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from contracts.document import load
from mock_server import fixture_path
from mock_server.intake.locating import DataUri, Sample, Upload, locate
from mock_server.intake.obtaining import UnavailableError, obtain
from mock_server.samples import SAMPLES
from mock_server.shelf import Bounds
from mock_server.storage import Storage

LIMITS = load().api.limits
HELLO = DataUri("data:,hello")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing of the requests."""


@pytest.fixture
def shelf():
    with Storage() as storage:
        yield storage.shelf("tests", Bounds(0, 0, 0), lambda: 0)


@pytest.fixture
def site():
    """The URL of a web server of this machine that has the sample files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SAMPLES)) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def got(place, shelf, limits=LIMITS):
    return asyncio.run(obtain(place, shelf, limits, fixture_path))


def refused(place, shelf, limits=LIMITS):
    with pytest.raises(UnavailableError) as caught:
        got(place, shelf, limits)
    return caught.value.wrong, caught.value.reason


def test_data_uri_becomes_a_file_to_remove(shelf):
    file, is_ours = got(HELLO, shelf)

    assert (file.read_bytes(), is_ours) == (b"hello", True)


def test_sample_stays_where_it_is(shelf):
    assert got(Sample("photo.jpg"), shelf) == (fixture_path("photo.jpg"), False)


def test_loopback_url_becomes_a_file_to_remove(shelf, site):
    file, is_ours = got(locate(f"{site}/photo.jpg", ()), shelf)

    assert (file.read_bytes(), is_ours) == (fixture_path("photo.jpg").read_bytes(), True)


def test_loopback_url_without_a_file_cannot_be_had(shelf, site):
    wrong, reason = refused(locate(f"{site}/nobody.jpg", ()), shelf)

    assert wrong == "url"
    assert "404" in reason


def test_loopback_url_with_too_large_a_file_is_told_as_that(shelf, site):
    small = LIMITS._replace(fetch_bytes=10)

    assert refused(locate(f"{site}/photo.jpg", ()), shelf, small)[0] == "size"


@pytest.mark.parametrize(
    ("place", "wrong", "reason"),
    [
        (Upload("bunny://uploads/a.png"), "url", "is not in the storage"),
        (Sample("nobody.png"), "url", 'cannot be had: "nobody.png" is not a sample'),
        (DataUri("data:;base64,!"), "format", "cannot be decoded: "),
    ],
)
def test_what_there_is_not_cannot_be_had(shelf, place, wrong, reason):
    found = refused(place, shelf)

    assert found[0] == wrong
    assert found[1].startswith(reason)


class Elsewhere:
    """A shelf whose temporary files go to one place."""

    def __init__(self, path):
        self.scratch = lambda: path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
def test_full_disk_is_too_small_for_the_file(tmp_path):
    full = tmp_path / "full"
    full.symlink_to("/dev/full")

    assert refused(HELLO, Elsewhere(full)) == ("size", "finds the emulator's disk full")
    assert not full.is_symlink()


def test_disk_that_is_broken_in_another_way_is_not_the_clients_fault(tmp_path):
    with pytest.raises(FileNotFoundError):
        got(HELLO, Elsewhere(tmp_path / "nobody" / "a"))
