import pytest

from contracts.document import load
from mock_server.request import Media, Medium
from mock_server.sources import Kind, sent, used

WAN = load().models["wan-2-6"]


def medium(source):
    return Medium(source, "somewhere")


EVERYTHING = Media(
    images=(medium("i1"), medium("i2")),
    reference_images=(medium("p1"),),
    reference_videos=(medium("v1"),),
    audio=medium("a1"),
)


@pytest.mark.parametrize(
    ("mode", "sources"),
    [
        ("t2v", [("a1", "audio")]),
        ("i2v", [("i1", "image"), ("a1", "audio")]),
        ("r2v", [("i1", "image"), ("i2", "image"), ("p1", "image"), ("v1", "video")]),
    ],
)
def test_mode_uses_its_own_media_and_ignores_the_others(mode, sources):
    """MODE-EXPLICIT and MEDIA-AUDIO-R2V."""
    found = used(EVERYTHING, WAN.modes[mode])

    assert [(found.source, kind) for found, kind in found] == sources


def test_every_medium_is_sent_once():
    assert [found.source for found, _ in sent(EVERYTHING)] == ["i1", "i2", "p1", "v1", "a1"]


@pytest.mark.parametrize("mode", ["t2v", "i2v", "r2v"])
def test_nothing_sent_is_nothing_used(mode):
    assert [*used(Media(), WAN.modes[mode])] == []


@pytest.mark.parametrize("kind", [*Kind])
def test_kind_has_its_limits_in_the_contract(kind):
    assert kind.limits(WAN.media) == getattr(WAN.media, kind.value)
