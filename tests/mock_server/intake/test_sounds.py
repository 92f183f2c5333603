"""Audio files (rule MEDIA-AUDIO)."""

import io
import math
import struct
from array import array
from fractions import Fraction

import av
import pytest

from mock_server.intake import sounds
from mock_server.intake.measuring import Measured, Unreadable
from mock_server.media.beeps import SAMPLE_RATE
from mock_server.media.track import sound_frame
from mock_server.samples import SAMPLES

VOICE = (SAMPLES / "voice.wav").read_bytes()
MP3 = (SAMPLES / "voice.mp3").read_bytes()


def wav(seconds, *, rate=8000, channels=1, bits=16, form=1, sizes=None):
    """Return a tone of 660 Hz; *sizes* are what the headers say of the file and of the sound."""
    one = {
        (8, 1): lambda value: bytes([round(value * 127) + 128]),
        (16, 1): lambda value: struct.pack("<h", round(value * 32767)),
        (24, 1): lambda value: struct.pack("<i", round(value * 0x7FFFFF00))[1:],
        (32, 1): lambda value: struct.pack("<i", round(value * 0x7FFFFF00)),
        (32, 3): lambda value: struct.pack("<f", value),
        (64, 3): lambda value: struct.pack("<d", value),
    }[bits, form]
    count = round(seconds * rate)
    samples = (0.5 * math.sin(math.tau * 660 * number / rate) for number in range(count))
    content = b"".join(one(sample) * channels for sample in samples)
    block = channels * bits // 8
    described = struct.pack("<HHIIHH", form, channels, rate, rate * block, block, bits)
    whole, sound = sizes or (36 + len(content), len(content))
    return b"".join(
        [
            b"RIFF" + struct.pack("<I", whole) + b"WAVEfmt " + struct.pack("<I", 16) + described,
            b"data" + struct.pack("<I", sound) + content,
        ]
    )


def mp3(seconds, *, rate=44_100, header=True, **options):
    """Return an mp3 of silence; without its *header* it does not tell what of it is padding."""
    buffer = io.BytesIO()
    more = {} if header else {"write_xing": "0", "id3v2_version": "0"}
    with av.open(buffer, "w", format="mp3", options=more) as container:
        track = container.add_stream("libmp3lame", rate=rate, layout="mono", options=options)
        left = round(seconds * rate)
        while left:
            frame = av.AudioFrame(format="s16p", layout="mono", samples=min(left, 1152))
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            frame.sample_rate, left = rate, left - frame.samples
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return buffer.getvalue()


def tag(content):
    """Return an ID3v2 tag with a picture of *content* as the cover."""
    body = b"\0image/png\0\3\0" + content
    frame = b"APIC" + len(body).to_bytes(4) + b"\0\0" + body
    size = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frame


@pytest.mark.parametrize(
    ("name", "form", "seconds", "codec"),
    [
        ("voice.mp3", "mp3", 5, "mp3"),
        ("voice.wav", "wav", 5, "pcm_s16le"),
        ("short.mp3", "mp3", 2, "mp3"),
        ("short.wav", "wav", 2, "pcm_s16le"),
    ],
)
def test_sound_is_measured(look, name, form, seconds, codec):
    assert look("audio", name) == Measured(format=form, seconds=seconds, codec=codec)


def test_too_long_sound_exceeds(look):
    assert 30 < look("audio", "long.mp3").seconds <= 31
    assert look("audio", "long.mp3", max_seconds=None).seconds == 31


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("voice.ogg", "an Ogg"),
        ("clip.mp4", "an MP4"),
        ("photo.jpg", "a JPEG"),
        ("notes.txt", "a text"),
    ],
)
def test_other_formats_are_named(look, name, what):
    found = look("audio", name)

    assert found == Unreadable(reason=f"is {what}; mp3, wav would do", format=what.split()[1])


def test_contract_may_name_other_formats(look):
    found = look("audio", "voice.ogg", formats=("Ogg",))

    assert (found.format, found.codec) == ("Ogg", "opus")
    assert found.seconds == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize(
    "more",
    [
        {"bits": 8},
        {"bits": 24},
        {"bits": 32},
        {"bits": 32, "form": 3},
        {"bits": 64, "form": 3},
        {"channels": 2},
        {"channels": 6},
        {"channels": 7},
        {"rate": 96_000},
        {"rate": 44_100},
    ],
    ids=str,
)
def test_every_usual_wav_is_decoded(look, tmp_path, more):
    product = tmp_path / "product"
    found = look("audio", wav(3, **more), product=product, product_seconds=3)

    assert (found.format, found.seconds, found.has_product) == ("wav", 3, True)
    with av.open(product) as container:
        peak = max(abs(value) for value in array("f", bytes(next(after(container)).planes[0])))
    assert 0.2 < peak < 1.1


def after(container, seconds=1):
    return (frame for frame in container.decode(audio=0) if frame.time > seconds)


@pytest.mark.parametrize(
    "sizes",
    [(0xFFFFFFFF, 0xFFFFFFFF), (576_000_036, 576_000_000), (0, 0), (36, 0x7FFFFFFF)],
    ids=["4 GB", "10 hours", "nothing", "2 GB"],
)
def test_header_of_a_wav_may_promise_anything(look, sizes):
    found = look("audio", wav(3, sizes=sizes))

    assert found == Measured(format="wav", seconds=3, codec="pcm_s16le")


def test_sound_that_breaks_off_is_measured_by_what_is_there(look):
    assert look("audio", VOICE[:96_044]).seconds == 3
    assert look("audio", MP3[: len(MP3) // 2]).seconds == pytest.approx(2.5, abs=0.1)


@pytest.mark.parametrize("seconds", [3, 29.99, 30])
@pytest.mark.parametrize("rate", [44_100, 48_000, 22_050])
@pytest.mark.parametrize("header", [True, False])
def test_padding_of_an_mp3_is_no_sound(look, seconds, rate, header):
    found = look("audio", mp3(seconds, rate=rate, header=header))

    assert found.seconds <= 30
    if header:
        assert found.seconds == pytest.approx(seconds, abs=0.001)
    else:
        assert seconds <= found.seconds <= seconds + 2304 / rate


@pytest.mark.parametrize("header", [True, False])
def test_mp3_that_is_longer_than_padding_explains_exceeds(look, header):
    assert look("audio", mp3(30.11, rate=48_000, header=header)).seconds > 30


def test_mp3_of_any_length_is_measured_where_none_is_too_long(look):
    found = look("audio", mp3(3, header=False), max_seconds=None)

    assert 3 <= found.seconds <= 3.06


@pytest.mark.parametrize(
    "content",
    [
        tag((SAMPLES / "tiny.png").read_bytes()) + MP3,
        tag(bytes(200_000)) + MP3,
        MP3 + b"TAG" + "Ünïcödé".encode("latin-1").ljust(125, b"\0"),
        mp3(5, compression_level="5"),
    ],
    ids=["cover", "broken cover", "ID3v1", "other quality"],
)
def test_what_goes_along_with_an_mp3_does_not_matter(look, content):
    found = look("audio", content)

    assert (found.format, found.codec) == ("mp3", "mp3")
    assert found.seconds == pytest.approx(5, abs=0.001)


def test_mp3_of_changing_bit_rate_is_measured(look):
    buffer = io.BytesIO()
    with av.open(io.BytesIO(VOICE), "r") as source, av.open(buffer, "w", format="mp3") as container:
        track = container.add_stream("libmp3lame", rate=16_000, layout="mono")
        track.codec_context.flags |= 2  # AV_CODEC_FLAG_QSCALE
        track.codec_context.global_quality = 4 * 118
        for frame in source.decode(audio=0):
            frame.pts = None
            container.mux(track.encode(frame))
        container.mux(track.encode(None))

    assert look("audio", buffer.getvalue()).seconds == pytest.approx(5, abs=0.001)


def test_mp3_may_begin_in_the_middle_of_a_frame(look):
    """A piece of a stream has no header and no beginning."""
    found = look("audio", MP3[1000:])

    assert found.format == "mp3"
    assert 4 < found.seconds < 5


def test_mp3_with_a_damaged_frame_is_heard(look):
    content = bytearray(MP3)
    content[5000:5400] = bytes(400)

    assert look("audio", bytes(content)).seconds == pytest.approx(5, abs=0.3)


@pytest.mark.parametrize(
    "content",
    [b"ID3\4\0\0\0\0\0\0" + bytes(2000), wav(0), wav(3)[:44], b"RIFF\0\0\0\0WAVE", b"ID3"],
    ids=["tag alone", "no sample", "header alone", "no header", "three bytes"],
)
def test_nothing_to_hear_is_unreadable(look, content):
    found = look("audio", content)

    assert isinstance(found, Unreadable)
    assert found.reason in {"cannot be decoded", "holds no sound"}


def test_noise_in_no_format_is_no_sound(look):
    found = look("audio", bytes(range(1, 200)) * 20)

    assert found.reason == "is in no format known here; mp3, wav would do"


def test_video_alone_is_no_sound(look):
    found = look("audio", "silent.mp4", formats=("MP4",))

    assert found == Unreadable(reason="holds no sound", format="MP4")


def test_odd_rates_do_no_harm(look_apart, tmp_path):
    product = tmp_path / "product"
    for rate in (1, 2**31 - 1):
        content = bytearray(VOICE)
        content[24:28] = struct.pack("<I", rate)
        found = look_apart("audio", bytes(content), product=product, product_seconds=15)
        assert isinstance(found, (Measured, Unreadable))
    assert look_apart("audio", "voice.wav").seconds == 5


def test_product_lasts_as_long_as_wanted(look, tmp_path):
    product = tmp_path / "product"
    for seconds in (2, 5, 15):
        found = look("audio", "voice.mp3", product=product, product_seconds=seconds)
        with av.open(product) as container:
            track = container.streams.audio[0]
            lasts = Fraction(track.duration, track.sample_rate)
        assert found.has_product
        assert seconds <= lasts < seconds + 0.1


def onset(product):
    """Return when the first sound is heard, in seconds."""
    with av.open(product) as container:
        for frame in container.decode(audio=0):
            samples = memoryview(frame.planes[0]).cast("f")[: frame.samples]
            loud = (place for place, sample in enumerate(samples) if abs(sample) > 0.05)
            place = next(loud, None)
            if place is not None:
                return frame.time + place / frame.sample_rate
    raise AssertionError("nothing is heard")


def test_silence_that_an_encoder_puts_before_an_mp3_is_no_sound(look, tmp_path):
    """OUT-SOUND: the same voice begins at the same moment, whichever way it was encoded."""
    product = tmp_path / "product"
    begins = {}
    for name in ("voice.wav", "voice.mp3"):
        look("audio", name, product=product, product_seconds=2)
        begins[name] = onset(product)

    assert begins["voice.mp3"] == pytest.approx(begins["voice.wav"], abs=0.003)


def test_other_layers_of_mpeg_audio_are_no_mp3(look):
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp2") as container:
        track = container.add_stream("mp2", rate=44_100, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=1152)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = 44_100
        for _ in range(200):
            frame.pts = None
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    found = look("audio", buffer.getvalue())

    assert found.reason == "is MPEG audio of another layer, mp2; mp3 would do"


def test_too_long_sound_has_no_product(look, tmp_path):
    found = look("audio", "long.mp3", product=tmp_path / "product", product_seconds=15)

    assert not found.has_product
    assert not (tmp_path / "product").exists()


def test_product_that_finds_the_disk_full_is_not_the_mediums_fault(look, tmp_path):
    product = tmp_path / "product"
    product.symlink_to("/dev/full")
    found = look("audio", "voice.wav", product=product, product_seconds=2)

    assert found == Unreadable(reason="finds the emulator's disk full", format="wav")


def frames_at(*starts):
    """Return frames of half a second that begin at *starts*, in seconds; None is no time."""
    for start in starts:
        frame = sound_frame((bytes(2 * SAMPLE_RATE), bytes(2 * SAMPLE_RATE)))
        frame.pts = None if start is None else round(start * SAMPLE_RATE)
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield frame


@pytest.mark.parametrize(
    ("since", "starts", "seconds"),
    [
        (0, [0, 0.5, 1], 1.5),
        (1, [0, 0.5, 1, 1.5], 1),
        (0, [None, None, None], 1.5),
        (5, [None, None, None], 1.5),
        (1, [0, None, None, None], 1),
        (0, [2, None], 3),
        (3, [0, None], 0),
    ],
)
def test_frame_without_a_time_follows_the_one_before(since, starts, seconds):
    """And the first one is where the pictures begin."""
    heard = sounds._from(Fraction(since), frames_at(*starts))

    assert sum(frame.samples for frame in heard) == seconds * SAMPLE_RATE
