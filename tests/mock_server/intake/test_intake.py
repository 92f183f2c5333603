"""Whose media are looked at, within which limits, and what nobody ever asks for."""

import asyncio
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from contracts.document import load
from mock_server import fixture_path
from mock_server.intake.intake import Intake, inspector_within
from mock_server.intake.measuring import Measured
from mock_server.intake.survey import TOLD
from mock_server.samples import SAMPLES
from mock_server.shelf import Bounds
from mock_server.storage import Storage
from mock_server.validation import Validation

CONTRACT = load()
LIMITS = CONTRACT.api.limits
VALIDATION = Validation(CONTRACT)
OWN = "http://127.0.0.1:8026"
PHOTO = f"{OWN}/fixtures/photo.jpg"
CLIP = f"{OWN}/fixtures/clip.mp4"


class Site(ThreadingHTTPServer):
    """A web server of this machine that has the sample files, and notes what it is asked for."""

    def __init__(self):
        self.asked = []
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=SAMPLES))

    def url(self, name, host="127.0.0.1"):
        return f"http://{host}:{self.server_port}/{name}"


class Handler(SimpleHTTPRequestHandler):
    server: Site

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        """Say nothing of the requests."""


@pytest.fixture
def site():
    with Site() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Inspector:
    """Finds every file to be the same photo; *meanwhile* is called with each task."""

    def __init__(self, meanwhile=None):
        self.tasks = []
        self._meanwhile = meanwhile

    async def inspect(self, task):
        self.tasks.append(task)
        if self._meanwhile is not None:
            self._meanwhile(task)
        has_product = task.product is not None and task.product.exists()
        return Measured(format="JPEG", width=640, height=480, has_product=has_product)


@pytest.fixture
def shelf():
    with Storage() as storage:
        yield storage.shelf("tests", Bounds(10**6, 10**6, 10**18), lambda: 0)


def look(shelf, inspector, limits=LIMITS, policies=None, **fields):
    body = {"model": "wan-2-6", "prompt": "x", **fields}
    examined = VALIDATION.check(body, CONTRACT.policies_with(policies or {}))
    intake = Intake(limits, inspector, sample=fixture_path)
    return asyncio.run(intake.look(examined, shelf, {OWN}))


def code_of(finding):
    return finding.fault and finding.fault.code


EARLY = {"media_errors": "early"}


@pytest.mark.parametrize(
    ("policies", "fields", "asked"),
    [
        ({}, {}, 1),
        ({}, {"duration": 99}, 0),
        (EARLY, {"duration": 99}, 1),
        (EARLY, {"mode": "x2v"}, 0),
        ({}, {"mode": "t2v"}, 0),
    ],
)
def test_nothing_is_asked_for_in_vain(shelf, site, policies, fields, asked):
    """Of a request that is refused anyway the media count only where the policy tells them with all else."""
    look(shelf, Inspector(), policies=policies, image=site.url("photo.jpg"), **fields)

    assert len(site.asked) == asked


@pytest.mark.parametrize("policy", ["late", "early"])
def test_too_many_references_are_not_looked_at(shelf, site, policy):
    """MODE-REFERENCES bounds what one request can make the emulator do."""
    images = [site.url(f"{number}.jpg") for number in range(2000)]
    found = look(shelf, Inspector(), policies={"media_errors": policy}, images=images)

    assert (found, site.asked) == ((), [])


def test_of_many_ignored_media_the_first_are_told(shelf, site):
    images = [site.url("photo.jpg")] * 100_000
    found = look(shelf, Inspector(), mode="t2v", images=images)

    assert len(found) == TOLD
    assert {finding.origin for finding in found} == {"ignored"}
    assert site.asked == []


@pytest.mark.parametrize("host", ["0.0.0.0", "127.1", "2130706433", "0x7f000001", "localhost."])
def test_server_that_is_not_plainly_on_loopback_is_never_asked(shelf, site, host):
    """MEDIA: taken on trust, although each of these would reach the server."""
    (found,) = look(shelf, Inspector(), image=site.url("photo.jpg", host))

    assert (found.origin, found.fault, site.asked) == ("elsewhere", None, [])


def test_loopback_server_is_asked_once(shelf, site):
    (found,) = look(shelf, Inspector(), image=site.url("photo.jpg"))

    assert (found.origin, found.fault, site.asked) == ("loopback", None, ["/photo.jpg"])
    assert found.size == fixture_path("photo.jpg").stat().st_size


def test_more_than_the_kind_may_have_is_not_fetched(shelf, site):
    """MEDIA-AUDIO: 15 MB, although 100 MB may be fetched."""
    media = CONTRACT.models["wan-2-6"].media
    assert media.audio is not None
    small = media.audio._replace(max_bytes=1000)
    body = {"model": "wan-2-6", "prompt": "x", "audio_url": site.url("voice.mp3")}
    examined = VALIDATION.check(body, CONTRACT.policies_with({}))
    model = examined.candidate.model._replace(media=media._replace(audio=small))
    examined = examined._replace(candidate=examined.candidate._replace(model=model))
    intake = Intake(LIMITS, Inspector(), sample=fixture_path)
    (found,) = asyncio.run(intake.look(examined, shelf, {OWN}))

    assert (code_of(found), found.size) == ("InvalidFile.Size", None)


def test_upload_that_is_forgotten_meanwhile_is_gone(shelf, tmp_path):
    class Shelf:
        """A shelf with one upload."""

        scratch, fetch = shelf.scratch, shelf.fetch

        @staticmethod
        def upload(_):
            return type("Upload", (), {"file": upload})

    upload = tmp_path / "upload"
    upload.write_bytes(b"photo")
    image = "bunny://uploads/a.jpg"

    def forget(task):
        task.product.write_bytes(b"a picture")
        upload.unlink()

    assert look(Shelf(), Inspector(), image=image)[0].fault is None

    (found,) = look(Shelf(), Inspector(forget), image=image)
    assert code_of(found) == "InvalidURL"


def test_inspector_is_told_the_limits_of_the_contract(shelf):
    inspector = Inspector()
    look(shelf, inspector, LIMITS._replace(decode_pixels=7), reference_videos=[CLIP], image=PHOTO)

    assert {task.kind: (task.max_pixels, task.max_seconds) for task in inspector.tasks} == {
        "image": (7, None),
        "video": (7, 30),
    }


def test_too_many_pixels_are_not_decoded(shelf):
    """The real inspector keeps the limit that it is told."""
    inspector = inspector_within(LIMITS.decode_seconds, LIMITS.decode_memory_bytes)
    (found,) = look(shelf, inspector, LIMITS._replace(decode_pixels=7), image=PHOTO)

    assert code_of(found) == "InvalidImage.FileFormat"
    assert "640x480 = 307200 pixels, which are more than 7" in found.fault.violation.message


def test_inspector_of_the_emulator_has_the_limits_of_the_contract():
    found = inspector_within(7, 10**9)

    assert found is inspector_within(7, 10**9)
    assert found._command[-2:] == ("1000000000", "7")
    assert found._seconds == 7


def test_source_is_shown_as_it_was_sent_but_shortened(shelf):
    (found,) = look(shelf, Inspector(), image="data:image/png;base64," + "A" * 1000)

    assert found.source == "data:image/png;base64," + "A" * 38 + "…"
