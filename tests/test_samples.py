"""The sample files are what fixtures/accepted.py and fixtures/refused.py say of them, as decoders find them."""

import io
import itertools
from array import array
from dataclasses import dataclass
from pathlib import Path

import av
import pillow_heif
import pytest
from click.testing import CliRunner
from PIL import Image, UnidentifiedImageError

from contracts.document import load
from fixtures import samples
from fixtures.samples import BY_NAME, SAMPLES, Kind, Sample, describe, fill, make
from mock_server.media.palette import CORNERS

FIXTURES = Path(samples.__file__).parent
FOLDER = FIXTURES / "samples"

FORMS = {
    Kind.IMAGE: {"JPEG", "PNG", "BMP", "WEBP", "HEIF"},
    Kind.VIDEO: {"MP4", "MOV"},
    Kind.AUDIO: {"MP3", "WAV"},
}
SECONDS = {Kind.VIDEO: (1, 30), Kind.AUDIO: (3, 30)}
MOST_BYTES = {Kind.IMAGE: 1_000_000, Kind.VIDEO: 100_000_000, Kind.AUDIO: 15_000_000}
AUDIO_FRAME = 0.03  # seconds: a decoder may give a frame more than was encoded
FORMS_OF_CONTAINERS = {"matroska,webm": "WebM", "ogg": "Ogg", "mp3": "MP3", "wav": "WAV"}
DECODERS = {"mp3float": "mp3"}  # a codec whose decoder has another name


@dataclass(kw_only=True)
class Found:
    """What decoders make of a file."""

    form: str
    size: tuple[int, int] | None = None
    seconds: float | None = None
    picture: str | None = None
    sound: str | None = None
    is_whole: bool = True


def content_of(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def examine(content: bytes) -> Found:
    """Tell what *content* is by nothing but itself."""
    try:
        return Found(form="SVG" if "<svg" in content.decode() else "text")
    except UnicodeDecodeError:
        pass
    try:
        return examine_picture(content)
    except UnidentifiedImageError:
        return examine_recording(content)


def open_picture(content: bytes) -> tuple[str | None, Image.Image]:
    if pillow_heif.is_supported(content):
        return "HEIF", pillow_heif.open_heif(io.BytesIO(content)).to_pillow()
    picture = Image.open(io.BytesIO(content))
    return picture.format, picture


def examine_picture(content: bytes) -> Found:
    form, picture = open_picture(content)
    assert form is not None
    found = Found(form=form, size=picture.size)
    try:
        picture.load()
    except OSError:
        found.is_whole = False
    return found


def examine_recording(content: bytes) -> Found:
    try:
        with av.open(io.BytesIO(content), "r") as container:
            brand = container.metadata.get("major_brand")
            form = "MOV" if brand == "qt  " else FORMS_OF_CONTAINERS.get(container.format.name)
            found = Found(form=form or "MP4", seconds=0.0)
            for stream in container.streams:
                measure(stream, found)
            return found
    except av.InvalidDataError:
        assert content[4:8] == b"ftyp"
        return Found(form="MP4", is_whole=False)


def measure(stream, found: Found) -> None:
    """Add to *found* what every frame of *stream* tells."""
    stream.container.seek(0)
    frames = [*stream.container.decode(stream)]
    codec = stream.codec_context.name
    if stream.type == "video":
        found.picture, found.size = codec, (stream.width, stream.height)
        seconds = float(len(frames) / stream.average_rate)
    else:
        found.sound = DECODERS.get(codec, codec)
        seconds = sum(frame.samples for frame in frames) / frames[0].sample_rate
    found.seconds = max(found.seconds or 0.0, seconds)


def reasons_to_refuse(kind: Kind, content: bytes) -> list[str]:
    """Return each limit that *content* breaks when it is sent as *kind*."""
    found = examine(content)
    shortest, longest = SECONDS.get(kind, (0, 0))
    reasons = {
        "another form": found.form not in FORMS[kind],
        "it breaks off": not found.is_whole,
        "too large": len(content) > MOST_BYTES[kind],
    }
    if found.seconds is not None and kind in SECONDS:
        reasons[f"shorter than {shortest} s"] = found.seconds < shortest
        reasons[f"longer than {longest} s"] = found.seconds > longest
    return [reason for reason, applies in reasons.items() if applies]


def pitches(content: bytes) -> list[float]:
    """Return the pitch in the middle of each second, in Hz."""
    rate = 16_000
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    levels = array("h")
    with av.open(io.BytesIO(content), "r") as container:
        for frame in itertools.chain(container.decode(audio=0), [None]):
            for piece in resampler.resample(frame):
                levels.frombytes(bytes(piece.planes[0])[: 2 * piece.samples])
    starts = range(rate // 4, len(levels) - rate // 2, rate)
    return [2 * rises(levels[start : start + rate // 2]) for start in starts]


def rises(levels: "array[int]") -> int:
    return sum(before < 0 <= after for before, after in itertools.pairwise(levels))


each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


def test_the_folder_holds_the_files_of_the_table_and_is_small():
    files = [*FOLDER.iterdir()]

    assert {file.name for file in files} == BY_NAME.keys()
    assert len(BY_NAME) == len(SAMPLES)
    assert sum(file.stat().st_size for file in files) < 1_200_000


def test_the_readme_has_the_table():
    text = (FIXTURES / "README.md").read_text(encoding="utf-8")

    assert fill(text) == text, "run python -m fixtures.samples"


@each_sample
def test_the_sample_is_for_a_rule_of_the_contract(sample: Sample):
    assert sample.rule in load().rules


@each_sample
def test_a_decoder_finds_what_the_table_says(sample: Sample):
    found = examine(content_of(sample.name))

    assert (found.form, found.size) == (sample.form, sample.size)
    assert (found.picture, found.sound) == (sample.picture, sample.sound)
    assert found.seconds == pytest.approx(sample.seconds, abs=AUDIO_FRAME if sample.sound else 0)


@each_sample
def test_the_sample_breaks_the_limit_it_is_named_for_and_no_other(sample: Sample):
    reasons = reasons_to_refuse(sample.kind, content_of(sample.name))

    if sample.refusal is None:
        assert reasons == []
    elif sample.refusal.startswith(("a ", "an ")):
        assert reasons == ["another form"]
    else:
        assert reasons == [sample.refusal]


@pytest.mark.parametrize(
    "name",
    [sample.name for sample in SAMPLES if sample.kind is Kind.IMAGE and sample.refusal is None],
)
def test_each_corner_of_a_picture_has_its_colour(name: str):
    picture = open_picture(content_of(name))[1].convert("RGB")
    inset = 3 * min(picture.size) // 100
    right, low = picture.width - 1 - inset, picture.height - 1 - inset

    places = ((inset, inset), (right, inset), (right, low), (inset, low))
    for place, colour in zip(places, CORNERS, strict=True):
        assert picture.getpixel(place) == pytest.approx(colour, abs=24)


def test_only_one_picture_has_alpha_and_it_has_every_degree_of_it():
    pictures = {
        sample.name: open_picture(content_of(sample.name))[1]
        for sample in SAMPLES
        if sample.kind is Kind.IMAGE and sample.refusal is None
    }
    alpha = pictures.pop("alpha.png").getchannel("A")

    assert len(set(alpha.tobytes())) > 30
    assert alpha.getextrema() == (0, 255)
    assert {picture.mode for picture in pictures.values()} == {"RGB"}


def test_an_animation_has_several_pictures():
    with Image.open(FOLDER / "animation.gif") as animation:
        assert getattr(animation, "n_frames", 1) == 5


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov", "clip.webm"])
def test_a_clip_sounds_one_tone(name: str):
    assert pitches(content_of(name)) == pytest.approx([660] * 3, rel=0.02)


@pytest.mark.parametrize("name", ["voice.mp3", "voice.wav", "voice.ogg"])
def test_a_voice_sounds_another_note_each_second(name: str):
    assert pitches(content_of(name)) == pytest.approx([262, 294, 330, 349, 392], rel=0.02)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov", "silent.mp4", "short.mp4"])
def test_the_sun_of_a_video_moves(name: str):
    with av.open(str(FOLDER / name), "r") as container:
        first, *_, last = container.decode(video=0)

    sunrise = (32, 86)
    assert first.to_image().getpixel(sunrise) == pytest.approx((255, 200, 87), abs=24)
    assert last.to_image().getpixel(sunrise) == pytest.approx((142, 197, 232), abs=24)


def test_a_file_of_another_name_is_the_same_and_a_truncated_one_begins_alike():
    assert content_of("not-a-picture.png") == content_of("silent.mp4")
    for truncated, whole in (("truncated.jpg", "photo.jpg"), ("truncated.mp4", "clip.mp4")):
        half = content_of(truncated)
        assert content_of(whole).startswith(half)
        assert len(half) == len(content_of(whole)) // 2


# One for each encoder that is quick.
@pytest.mark.parametrize(
    "name",
    ["alpha.png", "picture.webp", "picture.heic", "animation.gif", "short.mp4", "short.mp3"],
)
def test_making_a_sample_again_gives_the_same_bytes(name: str):
    first = BY_NAME[name].content()

    # Several times: an encoder that reads what lay in its memory does so only now and then.
    assert all(BY_NAME[name].content() == first for _ in range(3))


def test_the_program_writes_the_files_and_renews_the_readme_beside_them(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "SAMPLES", (BY_NAME["tiny.png"], BY_NAME["notes.txt"]))
    readme = tmp_path / "README.md"
    readme.write_text("# Here\n<!-- samples -->\nold\n<!-- /samples -->\nand there\n")

    CliRunner().invoke(make, ["--out", str(tmp_path)], catch_exceptions=False)

    assert {file.name for file in (tmp_path / "samples").iterdir()} == {"tiny.png", "notes.txt"}
    assert examine((tmp_path / "samples" / "tiny.png").read_bytes()).size == (100, 100)
    assert readme.read_text() == (
        f"# Here\n<!-- samples -->\n\n{describe()}\n\n<!-- /samples -->\nand there\n"
    )


def test_the_program_needs_no_readme(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "SAMPLES", (BY_NAME["notes.txt"],))

    CliRunner().invoke(make, ["--out", str(tmp_path)], catch_exceptions=False)

    assert [file.name for file in tmp_path.iterdir()] == ["samples"]
