import pytest

from contracts.document import load
from contracts.faulty.sources import content_of, form_of, seconds_of, uri_of
from contracts.specimens.catalogue import specimens

SPECIMENS = specimens(load().models["wan-2-6"].media)


@pytest.mark.parametrize(
    "source", [None, 5, "https://example.com/a.png", "data:,text", "data:a;base64,%%%"]
)
def test_only_data_uris_in_base64_have_a_content(source: object) -> None:
    assert content_of(source) is None


def test_uris_are_read_as_they_are_made() -> None:
    assert content_of(uri_of("image/png", b"\0x")) == b"\0x"


@pytest.mark.parametrize(
    "picture",
    [one for one in SPECIMENS if one.name.startswith("picture.")],
    ids=lambda one: one.name,
)
def test_pictures_are_known_by_how_they_begin(picture) -> None:
    known = {"heif": "HEIC", "tiff": "", "svg": ""}
    ending = picture.name.partition(".")[2]

    assert form_of(picture.content) == known.get(ending, ending.upper())


def test_recordings_last() -> None:
    found = {one.name: seconds_of(one.content) for one in SPECIMENS if one.kind == "audio"}

    assert found["3 s.wav"] == 3
    assert found["text.wav"] is None


def test_a_clip_is_no_picture() -> None:
    clip = next(one for one in SPECIMENS if one.name == "2 s.mov")

    assert form_of(clip.content) == "MP4"
