"""Images (rules MEDIA-IMAGE-FORMAT, MEDIA-IMAGE-SIZE and MEDIA-HEIC)."""

import io
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image

from mock_server.intake.measuring import Measured, Unreadable
from mock_server.samples import SAMPLES

I2V = (360, 2000)
RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)


def encoded(image, form="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def png_of(width, height, *chunks):
    """Return a small PNG of a large black picture, of which no more than 10,000 lines are there."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compressobj()
    line = bytes(1 + (width + 7) // 8)
    content = b"".join(rows.compress(line) for _ in range(min(height, 10_000))) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + b"".join([header, *chunks, chunk(b"IDAT", content), IEND])


IEND = chunk(b"IEND", b"")


def corners():
    """Return a picture of 40x20 whose corner at the top left is red and whose other ones are not."""
    image = Image.new("RGB", (40, 20), BLUE)
    image.paste(RED, (0, 0, 10, 10))
    return image


@pytest.fixture
def produce(look, tmp_path):
    """Return a function that looks at an image and returns the JPEG that was made of it."""

    def produce(medium, sides=None):
        product = tmp_path / "product"
        found = look("image", medium, sides=sides, product=product)
        assert isinstance(found, Measured), found
        assert found.has_product
        with Image.open(product) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
            image.load()
            return image

    return produce


def is_near(colour, wanted, most=12):
    return all(abs(a - b) <= most for a, b in zip(colour, wanted, strict=True))


@pytest.mark.parametrize(
    ("name", "form", "size"),
    [
        ("photo.jpg", "JPEG", (640, 480)),
        ("large.jpg", "JPEG", (4000, 3000)),
        ("alpha.png", "PNG", (400, 400)),
        ("picture.webp", "WEBP", (480, 360)),
        ("picture.bmp", "BMP", (160, 120)),
        ("picture.heic", "HEIC", (480, 360)),
    ],
)
def test_image_is_measured(look, name, form, size):
    found = look("image", name)

    assert found == Measured(
        format=form, width=size[0], height=size[1], has_alpha=name == "alpha.png"
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("animation.gif", "a GIF"),
        ("drawing.svg", "an SVG"),
        ("picture.tiff", "a TIFF"),
        ("not-a-picture.png", "an MP4"),
        ("notes.txt", "a text"),
        ("voice.wav", "a wav"),
    ],
)
def test_other_formats_are_named(look, name, what):
    """Rule MEDIA-IMAGE-FORMAT."""
    reason = f"is {what}; JPEG, PNG, BMP, WEBP, HEIC, HEIF would do"

    assert look("image", name) == Unreadable(reason=reason, format=what.split()[1])


@pytest.mark.parametrize("form", ["GIF", "TIFF"])
def test_contract_may_name_other_formats(look, form):
    image = encoded(corners(), form)

    assert look("image", image, formats=(form,)) == Measured(format=form, width=40, height=20)
    found = look("image", "photo.jpg", formats=(form,))
    assert found == Unreadable(reason=f"is a JPEG; {form} would do", format="JPEG")


def test_avif_is_not_heif(look):
    avif = b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf" + (SAMPLES / "picture.heic").read_bytes()[24:]

    assert look("image", avif).format == "AVIF"


def test_heif_is_told_from_heic_by_its_brand(look):
    content = (SAMPLES / "picture.heic").read_bytes()
    assert content[8:12] == b"heic"
    found = look("image", content[:8] + b"mif1" + content[12:])

    assert found == Measured(format="HEIF", width=480, height=360)


CUT = ["photo.jpg", "large.jpg", "alpha.png", "picture.bmp", "picture.webp", "picture.heic"]


@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_image_that_breaks_off_is_unreadable(look, name, part):
    content = (SAMPLES / name).read_bytes()
    found = look("image", content[: int(len(content) * part)])

    assert isinstance(found, Unreadable)
    assert found.reason == "breaks off"


@pytest.mark.parametrize("name", CUT)
def test_image_that_breaks_off_has_no_product(look, tmp_path, name):
    content, product = (SAMPLES / name).read_bytes(), tmp_path / "product"
    found = look("image", content[: len(content) // 2], product=product, sides=I2V)

    assert isinstance(found, Unreadable)
    assert not product.exists()


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("large.jpg", (2000, 1500)),
        ("portrait.jpg", (750, 1000)),
        ("tiny.png", (360, 360)),
        ("picture.heic", (480, 360)),
        ("picture.bmp", (480, 360)),
    ],
)
def test_product_lies_within_the_sides(produce, name, size):
    """Rule MEDIA-IMAGE-SIZE."""
    assert produce(name, I2V).size == size


def test_product_looks_like_the_image(produce):
    image = produce(encoded(corners()))

    assert image.size == (40, 20)
    assert is_near(image.getpixel((4, 4)), RED)
    assert is_near(image.getpixel((30, 15)), BLUE)


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (40, 20), (2, 2)),
        (2, (40, 20), (37, 2)),
        (3, (40, 20), (37, 17)),
        (4, (40, 20), (2, 17)),
        (5, (20, 40), (2, 2)),
        (6, (20, 40), (17, 2)),
        (7, (20, 40), (17, 37)),
        (8, (20, 40), (2, 37)),
        (99, (40, 20), (2, 2)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_is_turned_as_its_camera_was_held(look, produce, orientation, size, red, form):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(corners(), form, exif=exif)
    found, image = look("image", content), produce(content)

    assert (found.width, found.height) == image.size == size
    assert is_near(image.getpixel(red), RED, 40)
    assert is_near(image.getpixel((size[0] - 1 - red[0], size[1] - 1 - red[1])), BLUE, 40)


def test_turned_image_is_resized_as_it_is_seen(produce):
    exif = Image.Exif()
    exif[0x0112] = 6

    assert produce(encoded(corners(), "JPEG", exif=exif), (100, 1000)).size == (100, 200)


def test_heic_is_turned_once(look, produce):
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    pillow_heif.from_pillow(corners().resize((400, 200))).save(buffer, exif=exif.tobytes())
    found, image = look("image", buffer.getvalue()), produce(buffer.getvalue())

    assert (found.width, found.height) == image.size == (200, 400)
    assert is_near(image.getpixel((180, 20)), RED, 40)


# Pillow warns; where media are looked at nobody would see it.
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize(
    "exif", [b"Exif\0\0junk", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0II"]
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_does_not_matter(look, exif, form):
    assert isinstance(look("image", encoded(corners(), form, exif=exif)), Measured)


def transparent(mode):
    image = Image.new("RGBA", (40, 20), (255, 255, 255, 0))
    image.paste((*GREY, 255), (0, 0, 20, 20))
    if mode == "P":
        return image.quantize(4)
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("sides", [None, I2V])
def test_what_is_transparent_is_laid_on_black(produce, mode, sides):
    """Rule MEDIA-IMAGE-FORMAT."""
    image = produce(encoded(transparent(mode)), sides)

    assert is_near(image.getpixel((image.width // 4, image.height // 2)), GREY)
    assert is_near(image.getpixel((image.width * 3 // 4, image.height // 2)), (0, 0, 0))


ALPHA = {
    "RGBA": encoded(transparent("RGBA")),
    "LA": encoded(transparent("LA")),
    "palette with alpha": encoded(transparent("P")),
    "one colour of RGB": encoded(corners(), transparency=RED),
    "WEBP": encoded(transparent("RGBA"), "WEBP"),
}
OPAQUE = {
    "RGB": encoded(corners()),
    "L": encoded(corners().convert("L")),
    "palette": encoded(corners().quantize(4)),
    "JPEG": encoded(corners(), "JPEG"),
    "BMP": encoded(corners(), "BMP"),
    "WEBP": encoded(corners(), "WEBP"),
    "HEIC": (SAMPLES / "picture.heic").read_bytes(),
}


@pytest.mark.parametrize("is_product_wanted", [False, True])
@pytest.mark.parametrize(
    ("content", "has_alpha"),
    [*((each, True) for each in ALPHA.values()), *((each, False) for each in OPAQUE.values())],
    ids=[*(f"transparent {name}" for name in ALPHA), *(f"opaque {name}" for name in OPAQUE)],
)
def test_transparency_is_told(look, tmp_path, content, has_alpha, is_product_wanted):
    product = tmp_path / "product" if is_product_wanted else None

    assert look("image", content, product=product).has_alpha == has_alpha


def test_transparency_of_a_heif_is_told(look):
    buffer = io.BytesIO()
    pillow_heif.from_pillow(transparent("RGBA")).save(buffer, quality=-1)

    assert look("image", buffer.getvalue()).has_alpha


def test_product_that_finds_the_disk_full_is_not_the_mediums_fault(look, tmp_path):
    product = tmp_path / "product"
    product.symlink_to("/dev/full")
    found = look("image", "photo.jpg", product=product)

    assert found == Unreadable(reason="finds the emulator's disk full", format="JPEG")


def test_half_transparent_is_half_as_bright(produce):
    image = produce(encoded(Image.new("RGBA", (40, 20), (255, 255, 255, 128))))

    assert is_near(image.getpixel((20, 10)), GREY)


def test_one_transparent_colour_is_laid_on_black(produce):
    image = produce(encoded(corners(), transparency=RED))

    assert is_near(image.getpixel((4, 4)), (0, 0, 0))
    assert is_near(image.getpixel((30, 15)), BLUE)


def sixteen_bits():
    image = Image.new("I;16", (40, 20), 0x8080)
    image.paste(0xFFFF, (0, 0, 10, 20))
    image.paste(0x0101, (30, 0, 40, 20))
    return encoded(image)


def test_sixteen_bits_become_eight(produce):
    image = produce(sixteen_bits(), I2V)
    centre = image.height // 2

    for part, grey in ((1, 255), (4, 128), (7, 1)):
        assert is_near(image.getpixel((image.width * part // 8, centre)), (grey,) * 3, 3)


@pytest.mark.parametrize(
    ("image", "form", "wanted"),
    [
        (Image.new("L", (40, 20), 128), "PNG", GREY),
        (Image.new("1", (40, 20), 1), "PNG", (255, 255, 255)),
        (Image.new("CMYK", (40, 20), (0, 255, 255, 0)), "JPEG", RED),
        (Image.new("L", (40, 20), 128), "JPEG", GREY),
        (Image.new("1", (40, 20), 1), "BMP", (255, 255, 255)),
        (corners().crop((0, 0, 5, 5)).quantize(2), "BMP", RED),
    ],
    ids=["L", "1", "CMYK", "grey JPEG", "1 BMP", "P BMP"],
)
def test_every_mode_has_its_colours(produce, image, form, wanted):
    made = produce(encoded(image, form), I2V)

    assert is_near(made.getpixel((made.width // 2, made.height // 2)), wanted)


def test_first_picture_of_several_counts(produce):
    first, second = (Image.new("RGB", (40, 20), colour) for colour in (GREEN, RED))

    for form in ("PNG", "WEBP", "MPO"):
        content = encoded(first, form, save_all=True, append_images=[second])
        assert is_near(produce(content).getpixel((20, 10)), GREEN), form


def test_picture_with_more_pictures_behind_it_is_a_jpeg(look):
    """A phone puts a preview or a depth map behind what it took."""
    content = encoded(corners(), "MPO", save_all=True, append_images=[corners()])

    assert look("image", content) == Measured(format="JPEG", width=40, height=20)


def test_what_follows_a_whole_image_does_not_matter(look):
    content = (SAMPLES / "photo.jpg").read_bytes() + b"PK\3\4" + bytes(10_000)

    assert look("image", content) == Measured(format="JPEG", width=640, height=480)


def test_pixels_are_counted_before_they_are_decoded(look):
    found = look("image", "photo.jpg", max_pixels=640 * 480 - 1)

    reason = "has 640x480 = 307200 pixels, which are more than 307199"
    assert found == Unreadable(reason=reason, format="JPEG")
    assert isinstance(look("image", "photo.jpg", max_pixels=640 * 480), Measured)


def bmp_of(width, height):
    content = bytearray(encoded(corners(), "BMP"))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def webp_of(width, height):
    content = bytearray(encoded(transparent("RGBA"), "WEBP", lossless=True))
    # An animation tells its size in the first chunk, the frames their own.
    start = content.index(b"VP8L") + 9
    bits = int.from_bytes(content[start : start + 4], "little")
    bits = bits >> 28 << 28 | (height - 1) << 14 | (width - 1)
    content[start : start + 4] = bits.to_bytes(4, "little")
    return bytes(content)


def heic_of(width, height):
    content = bytearray((SAMPLES / "picture.heic").read_bytes())
    start = content.index(b"ispe") + 8
    content[start : start + 8] = struct.pack(">II", width, height)
    return bytes(content)


def jpeg_of(width, height):
    content = bytearray(encoded(corners(), "JPEG"))
    start = content.index(b"\xff\xc0") + 5
    content[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(content)


@pytest.mark.parametrize(
    "bomb",
    [
        png_of(60_000, 60_000),
        bmp_of(60_000, 60_000),
        webp_of(16_000, 16_000),
        heic_of(60_000, 60_000),
        jpeg_of(60_000, 60_000),
    ],
    ids=["PNG", "BMP", "WEBP", "HEIC", "JPEG"],
)
def test_bomb_of_pixels_is_unreadable(look_apart, tmp_path, bomb):
    assert len(bomb) < 100_000
    found = look_apart("image", bomb, product=tmp_path / "product", sides=I2V)

    assert isinstance(found, Unreadable)
    assert not (tmp_path / "product").exists()


def test_largest_picture_can_be_read(look_apart, tmp_path):
    product = tmp_path / "product"
    found = look_apart("image", png_of(10_000, 10_000), product=product, sides=I2V)

    assert found == Measured(format="PNG", width=10_000, height=10_000, has_product=True)


TEXT_BOMB = zlib.compress(bytes(100_000_000))


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"iTXt"])
def test_bomb_of_text_does_no_harm(look_apart, kind):
    heads = {b"iCCP": b"x\0\0", b"zTXt": b"x\0\0", b"iTXt": b"x\0\1\0\0\0"}
    found = look_apart("image", png_of(8, 8, chunk(kind, heads[kind] + TEXT_BOMB)))

    assert isinstance(found, (Unreadable, Measured))
    assert look_apart("image", "tiny.png").width == 100


@pytest.mark.parametrize("content", [b"", b"\xff", b"BM", b"\0" * 5000, b"\x89PNG\r\n\x1a\n"])
def test_next_to_nothing_is_unreadable(look, content):
    assert isinstance(look("image", content), Unreadable)


def test_empty_file_is_told(look):
    found = look("image", b"", formats=("JPEG",))

    assert found == Unreadable(reason="is empty; JPEG would do")


def test_unknown_format_is_told(look):
    found = look("image", bytes(100), formats=("JPEG",))

    assert found == Unreadable(reason="is in no format known here; JPEG would do")


def test_what_is_no_file_is_unreadable(look, tmp_path):
    assert look("image", tmp_path).reason == "cannot be read: Is a directory"
    assert look("image", tmp_path / "x").reason == "cannot be read: No such file or directory"


def test_damage_is_told(look):
    content = bytearray((SAMPLES / "alpha.png").read_bytes())
    content[content.index(b"IDAT") + 4] ^= 255

    assert look("image", bytes(content)) == Unreadable(reason="cannot be decoded", format="PNG")
