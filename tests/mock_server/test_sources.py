import pytest

from contracts.document import load
from mock_server.request import Media
from mock_server.sources import missing, used

WAN = load().models["wan-2-6"]
WEB, STORED = "https://example.com/a.png", "bunny://uploads/a.png"


EVERYTHING = Media(
    images=("i1", "i2"), reference_images=("p1",), reference_videos=("v1",), audio="a1"
)


@pytest.mark.parametrize(
    ("mode", "sources"),
    [("t2v", ["a1"]), ("i2v", ["i1", "a1"]), ("r2v", ["i1", "i2", "p1", "v1"])],
)
def test_mode_uses_its_own_media_and_ignores_the_others(mode, sources):
    """MODE-EXPLICIT and MEDIA-AUDIO-R2V."""
    found = used(EVERYTHING, WAN.modes[mode])

    assert [source for source, _, _ in found] == sources


def test_nothing_sent_is_nothing_used():
    assert [*used(Media(), WAN.modes["t2v"])] == []


@pytest.mark.parametrize(
    ("mode", "media", "rule", "pointer"),
    [
        ("i2v", {"images": (STORED,)}, "MEDIA-IMAGE-FORMAT", "/image"),
        (
            "r2v",
            {"images": (WEB, STORED), "images_field": "images"},
            "MEDIA-IMAGE-FORMAT",
            "/images",
        ),
        ("r2v", {"reference_images": (WEB, STORED)}, "MEDIA-IMAGE-FORMAT", "/reference_images"),
        ("r2v", {"reference_videos": (STORED,)}, "MEDIA-VIDEO", "/reference_videos"),
        ("t2v", {"audio": STORED}, "MEDIA-AUDIO", "/audio_url"),
        ("i2v", {"images": (WEB,), "audio": STORED}, "MEDIA-AUDIO", "/audio_url"),
    ],
)
def test_path_that_nobody_uploaded_is_missing(mode, media, rule, pointer):
    (violation,) = missing(Media(**media), WAN.modes[mode])

    assert (violation.rule, violation.pointer) == (rule, pointer)
    assert f'"{STORED}" is not in the storage' in violation.message


@pytest.mark.parametrize(
    ("mode", "media"),
    [
        ("t2v", {"images": (STORED,)}),
        ("r2v", {"images": (WEB,), "audio": STORED}),
        ("i2v", {"images": (WEB,), "reference_videos": (STORED,)}),
    ],
)
def test_path_that_the_mode_ignores_is_not_missed(mode, media):
    """MODE-EXPLICIT and MEDIA-AUDIO-R2V."""
    assert missing(Media(**media), WAN.modes[mode]) == []


def test_each_missing_path_is_told_at_its_own_field():
    media = Media(images=(STORED,), images_field="images", reference_videos=(STORED, STORED))
    found = missing(media, WAN.modes["r2v"])

    assert [violation.pointer for violation in found] == [
        "/images",
        "/reference_videos",
        "/reference_videos",
    ]
