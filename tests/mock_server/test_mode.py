import json

import pytest
from hypothesis import given, strategies as st

from contracts.document import load, published
from contracts.parsing import parse_model
from mock_server.mode import choose, media_of
from mock_server.request import Media, Medium

WAN = load().models["wan-2-6"]
URLS = st.sampled_from(["a", "b", "c"])


@given(st.none() | URLS, st.lists(URLS, max_size=4))
def test_image_and_images_are_their_union(image, images):
    """MODE-EXCLUSIVE."""
    fields = {"images": images} if image is None else {"image": image, "images": images}
    found = [medium.source for medium in media_of(fields).images]

    assert set(found) == {*images, image} - {None}
    assert image is None or found[0] == image
    assert len(found) - len(images) == (image is not None and image not in images)


def test_references_are_pictures_and_videos_in_the_order_sent():
    media = media_of(
        {"image": "i", "images": ["j"], "reference_images": ["r"], "reference_videos": ["v"]}
    )

    assert [medium.source for medium in media.pictures] == ["i", "j", "r"]
    assert [medium.source for medium in media.references] == ["i", "j", "r", "v"]


def test_medium_knows_where_in_the_body_it_stands():
    media = media_of(
        {"image": "i", "images": ["j", "k"], "reference_videos": ["v"], "audio_url": "a"},
        {"image": "image_url", "reference_videos": "video"},
    )

    assert media.images == (
        Medium("i", "image_url"),
        Medium("j", "images", 0),
        Medium("k", "images", 1),
    )
    assert media.images[2].pointer == "/images/1"
    assert media.reference_videos == (Medium("v", "video"),)
    assert media.audio == Medium("a", "audio_url")


@pytest.mark.parametrize(
    ("modes", "media", "chosen"),
    [
        (["i2v"], Media(), "i2v"),
        (["t2v", "r2v"], Media(images=(Medium("a", "image"),)), "t2v"),
        (["i2v", "r2v"], Media(reference_videos=(Medium("v", "video"),)), "r2v"),
    ],
)
def test_model_without_the_mode_that_auto_wants_takes_its_first(modes, media, chosen):
    """MODE-AUTO, for another model than this one."""
    raw = json.loads(published()[0].read_text(encoding="utf-8"))["model"]
    model = parse_model({**raw, "modes": {name: raw["modes"][name] for name in modes}})

    assert choose(model, "auto", media).name == chosen
