import pytest
from hypothesis import given, strategies as st
from PIL import Image, ImageDraw

from mock_server.media.lettering import ratio_label, write

SIDES = st.integers(min_value=1, max_value=10_000)


@pytest.mark.parametrize(
    ("width", "height", "label"),
    [
        (1280, 720, "16:9"),
        (1080, 1920, "9:16"),
        (960, 960, "1:1"),
        (1088, 832, "~ 4:3"),
        (1248, 1632, "~ 3:4"),
        (200, 50, "4.00:1"),
        (50, 200, "1:4.00"),
    ],
)
def test_shape_is_named_as_people_name_it(width, height, label):
    assert ratio_label(width, height) == label


@given(SIDES, SIDES)
def test_turned_shape_has_the_turned_name(width, height):
    about, _, name = ratio_label(width, height).rpartition(" ")
    turned_about, _, turned = ratio_label(height, width).rpartition(" ")

    assert (about, name.split(":")) == (turned_about, turned.split(":")[::-1])


@pytest.mark.parametrize("size", [0.01, 3, 60.5])
def test_type_of_any_size_can_be_written(size):
    picture = Image.new("RGB", (80, 80))

    write(ImageDraw.Draw(picture), (40, 40), "0", size=size, anchor="mm", fill=(255, 255, 255))
