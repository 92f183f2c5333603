"""Reference videos (rule MEDIA-VIDEO)."""

import io
import math
import os
import socket
import struct
from array import array
from fractions import Fraction

import av
import pytest
from av.stream import Disposition

from mock_server.intake.measuring import Measured, Unreadable
from mock_server.media.faststart import faststart
from mock_server.media.track import sound_frame
from mock_server.samples import SAMPLES

CLIP = (SAMPLES / "clip.mp4").read_bytes()


def tone(hz, seconds, rate=48_000):
    """Return frames of a steady tone."""
    for start in range(0, round(seconds * rate), 1024):
        channel = array(
            "f", (0.5 * math.sin(math.tau * hz * n / rate) for n in range(start, start + 1024))
        ).tobytes()
        frame = sound_frame((channel, channel))
        frame.pts, frame.time_base = start, Fraction(1, rate)
        yield frame


def pictures(frames, size=(64, 48), fps=10, first=0):
    for number in range(frames):
        frame = av.VideoFrame(size[0], size[1], "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([16 + number % 200]) * plane.buffer_size)
        frame.pts, frame.time_base = first + number, Fraction(1, fps)
        yield frame


def film(
    *,
    frames=20,
    size=(64, 48),
    codec="libx264",
    form="mp4",
    first=0,
    options=None,
    sound=None,
    gop=12,
):
    """Return a clip of 10 pictures a second; *sound* has when it starts and how long it is, in seconds."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form, options=options or {}) as container:
        video = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = size[0], size[1], "yuv420p"
        video.codec_context.gop_size = gop
        track = container.add_stream("aac", rate=48_000, layout="stereo") if sound else None
        for frame in pictures(frames, size, first=first):
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if track is not None:
            starts, lasts = sound
            for frame in tone(660, lasts):
                frame.pts += round(starts * 48_000)
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    return buffer.getvalue()


def changed(content, box, offset, value):
    """Return *content* with *value* put *offset* bytes behind the name of *box*."""
    start = content.index(box) + len(box) + offset
    return content[:start] + value + content[start + len(value) :]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("clip.mp4", Measured(format="MP4", width=320, height=240, seconds=3, sound="aac")),
        ("clip.mov", Measured(format="MOV", width=320, height=240, seconds=3, sound="aac")),
        ("silent.mp4", Measured(format="MP4", width=320, height=240, seconds=2)),
        ("short.mp4", Measured(format="MP4", width=320, height=240, seconds=0.5)),
    ],
)
def test_video_is_measured(look, name, wanted):
    found = look("video", name)

    assert found.codec == "h264"
    assert found == Measured(
        format=wanted.format,
        width=wanted.width,
        height=wanted.height,
        seconds=wanted.seconds,
        codec="h264",
        sound=wanted.sound,
    )


def test_too_long_video_is_left_where_it_exceeds(look):
    found = look("video", "long.mp4")

    assert 30 < found.seconds <= 31
    assert look("video", "long.mp4", max_seconds=None).seconds == 31


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("clip.webm", "a WebM"),
        ("photo.jpg", "a JPEG"),
        ("animation.gif", "a GIF"),
        ("voice.mp3", "an mp3"),
        ("notes.txt", "a text"),
    ],
)
def test_other_formats_are_named(look, name, what):
    found = look("video", name)

    assert found == Unreadable(reason=f"is {what}; MP4, MOV would do", format=what.split()[1])


def test_contract_may_name_other_formats(look):
    found = look("video", "clip.webm", formats=("WebM",))

    assert (found.format, found.seconds, found.codec, found.sound) == ("WebM", 3, "vp9", "opus")


@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("mp4", "libx264"),
        ("mp4", "libx265"),
        ("mp4", "mpeg4"),
        ("mp4", "libvpx-vp9"),
        ("mp4", "libsvtav1"),
        ("mov", "libx265"),
        ("mov", "mpeg4"),
    ],
)
def test_every_usual_codec_is_decoded(look, form, codec):
    found = look("video", film(codec=codec, form=form))

    assert (found.width, found.height, found.seconds) == (64, 48, 2)


def test_fragments_are_measured(look):
    content = film(options={"movflags": "frag_keyframe+empty_moov"})

    assert look("video", content).seconds == 2


def test_video_of_key_frames_alone_is_measured(look):
    assert look("video", film(gop=1)).seconds == 2


def test_video_need_not_start_at_zero(look):
    assert look("video", film(first=70)).seconds == 2


def test_quicktime_without_a_brand_is_a_mov(look):
    content = (SAMPLES / "clip.mov").read_bytes()
    assert content[4:8] == b"ftyp"
    found = look("video", changed(content, b"", 4, b"free"))

    assert (found.format, found.seconds) == ("MOV", 3)


@pytest.mark.parametrize("turned", [False, True])
def test_video_has_its_size_as_it_is_seen(look, turned):
    content = film(frames=5)
    if turned:
        # The matrix of the track's header turns by 90 degrees.
        matrix = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 0x40000000)
        content = changed(content, b"tkhd", 40, matrix)
    found = look("video", content)

    assert (found.width, found.height) == ((48, 64) if turned else (64, 48))


@pytest.mark.parametrize("length", [0.9, 0.5, 0.1])
@pytest.mark.parametrize("arrange", [bytes, faststart], ids=["index last", "index first"])
def test_video_that_breaks_off_is_unreadable(look, length, arrange):
    content = arrange(CLIP)
    found = look("video", content[: int(len(content) * length)])

    assert found == Unreadable(reason="breaks off", format="MP4")


def test_sound_alone_is_no_video(look):
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        track = container.add_stream("aac", rate=48_000, layout="stereo")
        for frame in tone(660, 1):
            container.mux(track.encode(frame))
        container.mux(track.encode(None))

    assert look("video", buffer.getvalue()) == Unreadable(reason="holds no video", format="MP4")


def test_pixels_are_counted_before_they_are_decoded(look):
    found = look("video", "clip.mp4", max_pixels=320 * 240 - 1)

    reason = "has 320x240 = 76800 pixels, which are more than 76799"
    assert found == Unreadable(reason=reason, format="MP4")


def test_pictures_of_noise_are_unreadable(look):
    start = CLIP.index(b"mdat") + 4
    end = start - 8 + int.from_bytes(CLIP[start - 8 : start - 4])
    found = look("video", CLIP[:start] + b"\xff" * (end - start) + CLIP[end:])

    assert found == Unreadable(reason="cannot be decoded", format="MP4")


def test_pictures_that_are_not_coded_are_unreadable(look):
    """A decoder has nothing against them, and shows nothing."""
    content = film(frames=1, codec="mpeg4")
    start = content.index(b"\0\0\1\xb6") + 4  # a picture begins: of its own, now, not coded
    found = look("video", content[:start] + b"\x10\x80" + content[start + 2 :])

    assert found == Unreadable(reason="cannot be decoded", format="MP4")


def test_single_picture_is_decoded(look):
    assert look("video", film(frames=1)).seconds == 0.1


def test_index_without_pictures_is_unreadable(look):
    content = film(options={"movflags": "frag_keyframe+empty_moov"})
    found = look("video", content[: content.index(b"moof") - 4])

    assert found == Unreadable(reason="shows no picture", format="MP4")


def edit_list(lasts, starts):
    """Return a box by which a track begins at *starts* in its own time, and lasts so many milliseconds."""
    return struct.pack(">I4sIIIiI", 28, b"elst", 0, 1, lasts, starts, 0x10000)


def test_pictures_that_an_edit_leaves_out_are_not_shown(look):
    """Such a clip does not last 0 s: it is none."""
    content = film(frames=20, gop=1, options={"use_editlist": "1"})
    start = content.index(b"elst") - 4
    clock = int.from_bytes(content[content.index(b"mdhd") + 16 :][:4])

    def look_from(begins):
        edit = edit_list(2000, begins * clock)
        return look("video", content[:start] + edit + content[start + 28 :])

    assert [look_from(begins).seconds for begins in (0, 1)] == [2, 1]
    assert look_from(100) == Unreadable(reason="shows no picture", format="MP4")


def test_edit_may_begin_between_two_key_frames(look):
    """As a clip does that was cut without encoding it again: the picture that others need is not shown."""
    content = film(frames=60, gop=250, options={"use_editlist": "1"})
    start = content.index(b"elst") - 4
    clock = int.from_bytes(content[content.index(b"mdhd") + 16 :][:4])
    edit = edit_list(4000, 2 * clock)

    assert look("video", content[:start] + edit + content[start + 28 :]).seconds == 4


def test_cover_is_no_video(look):
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        track = container.add_stream("aac", rate=48_000, layout="stereo")
        cover = container.add_stream("mjpeg")
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        for frame in tone(660, 1):
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
        picture = av.Packet((SAMPLES / "photo.jpg").read_bytes())
        picture.stream, picture.pts, picture.dts = cover, 0, 0
        picture.time_base, picture.is_keyframe = Fraction(1, 90_000), True
        container.mux(picture)

    assert look("video", buffer.getvalue()) == Unreadable(reason="holds no video", format="MP4")


def test_unknown_codec_is_told(look):
    found = look("video", CLIP.replace(b"avc1", b"zzzz"))

    assert isinstance(found, Unreadable)
    assert found.reason == "has a codec that is not known here"


def test_header_may_promise_ten_hours(look):
    """What counts is what is there, not the lengths in the headers of the film, its tracks and media."""
    ten_hours = (36_000_000).to_bytes(4)
    for box, offset in ((b"mvhd", 16), (b"tkhd", 20), (b"mdhd", 16)):
        assert look("video", changed(CLIP, box, offset, ten_hours)).seconds == 3


def test_picture_that_is_shown_for_ten_hours_counts(look):
    found = look("video", changed(CLIP, b"stts", 12, (460_800_000).to_bytes(4)))

    assert found.seconds > 30


def test_billions_of_samples_do_no_harm(look_apart):
    billions = (0xFFFFFFF0).to_bytes(4)
    for box, offset in ((b"stsz", 8), (b"stts", 8), (b"stsc", 8), (b"stco", 4), (b"ctts", 8)):
        if box in CLIP:
            assert isinstance(
                look_apart("video", changed(CLIP, box, offset, billions)), (Measured, Unreadable)
            )
    assert look_apart("video", "clip.mp4").seconds == 3


def heard(path):
    """Return the level of 660 Hz in each tenth of a second."""
    with av.open(path) as container:
        frames = [*container.decode(audio=0)]
    assert {(frame.sample_rate, frame.layout.name) for frame in frames} == {(48_000, "stereo")}
    samples = array("f", b"".join(bytes(frame.planes[0])[: frame.samples * 4] for frame in frames))
    return [level(samples[start : start + 4800]) for start in range(0, len(samples) - 4799, 4800)]


def level(samples):
    angles = [math.tau * 660 * number / 48_000 for number in range(len(samples))]
    sine = sum(sample * math.sin(angle) for sample, angle in zip(samples, angles, strict=True))
    cosine = sum(sample * math.cos(angle) for sample, angle in zip(samples, angles, strict=True))
    return 2 * math.hypot(sine, cosine) / len(samples)


@pytest.fixture
def product(tmp_path):
    return tmp_path / "product"


def test_sound_is_cut_out_and_filled_with_silence(look, product):
    found = look("video", "clip.mp4", product=product, product_seconds=5)
    levels = heard(product)

    assert found.has_product
    assert 50 <= len(levels) <= 51
    assert min(levels[1:29]) > 0.05
    assert max(levels[31:]) < 0.001


def test_late_sound_keeps_its_place(look, product):
    look("video", film(frames=30, sound=(1, 1)), product=product, product_seconds=3)
    levels = heard(product)

    assert max(levels[:9]) < 0.01
    assert min(levels[11:19]) > 0.4
    assert max(levels[21:]) < 0.01


def test_sound_counts_from_the_first_picture(look, product):
    """What is heard before anything is seen is left out."""
    content = film(frames=30, first=10, sound=(0, 2))
    look("video", content, product=product, product_seconds=3)
    levels = heard(product)

    assert min(levels[1:9]) > 0.4
    assert max(levels[11:]) < 0.01


def test_sound_that_ends_before_the_first_picture_is_not_heard(look, product):
    content = film(frames=10, first=50, form="mov", sound=(0, 1))
    found = look("video", content, product=product, product_seconds=1)

    assert found.has_product
    assert max(heard(product)) < 0.001


def test_silent_video_has_no_product(look, product):
    found = look("video", "silent.mp4", product=product, product_seconds=5)

    assert not found.has_product
    assert not product.exists()


def test_sound_that_cannot_be_decoded_has_no_product(look, product):
    found = look(
        "video", changed(CLIP, b"esds", 35, b"\xff\xff"), product=product, product_seconds=5
    )

    assert (found.sound, found.has_product, product.exists()) == ("aac", False, False)


def test_too_long_video_has_no_product(look, product):
    found = look("video", "clip.mp4", product=product, product_seconds=5, max_seconds=2)

    assert (found.sound, found.has_product, product.exists()) == ("aac", False, False)


def dref(kind, target):
    """Return the clip with the media of its first track said to be in another file, or at a URL."""
    content = bytearray(CLIP)
    start = CLIP.index(b"dref") + 12
    assert CLIP[start + 4 : start + 12] == b"url \0\0\0\1"  # "in this file"
    content[start : start + 12] = (12 + len(target)).to_bytes(4) + kind + bytes(4) + target
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        size = CLIP.index(box) - 4
        grown = int.from_bytes(content[size : size + 4]) + len(target)
        content[size : size + 4] = grown.to_bytes(4)
    return bytes(content)


def alias(name):
    """Return an alias record of QuickTime for the file of that absolute name."""
    padding = bytes(len(name) % 2)
    return bytes(150) + struct.pack(">HH", 2, len(name)) + name + padding + b"\xff\xff\0\0"


def referring(form, name):
    """Return a file that has its media in the file of that name."""
    name = str(name).encode()
    return {
        "concat": b"ffconcat version 1.0\nfile 'file:%b'\n" % name,
        "dref alis": dref(b"alis", alias(name)),
        "dref url": dref(b"url ", b"file://%b\0" % name),
        "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://%b\n#EXT-X-ENDLIST\n"
        % name,
    }[form]


@pytest.mark.parametrize("form", ["concat", "dref alis"])
def test_decoder_left_alone_would_open_another_file(form):
    """Else the next test could not fail."""
    content = referring(form, SAMPLES / "clip.mp4")
    lax = {"safe": "0", "enable_drefs": "1", "use_absolute_path": "1", "protocol_whitelist": "file"}
    with av.open(io.BytesIO(content), "r", options=lax) as container:
        assert next(container.demux(video=0)).size


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
@pytest.mark.parametrize("form", ["concat", "dref alis", "dref url", "playlist"])
def test_no_other_file_is_opened(look_apart, tmp_path, form, kind):
    """Whoever opens the other file waits for ever."""
    trap = tmp_path / "trap.mp4"
    os.mkfifo(trap)
    found = look_apart(kind, referring(form, trap))

    assert "longer" not in getattr(found, "reason", "")


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def playlist(server, tmp_path):
    """A file that has its media behind a URL."""
    url = "http://127.0.0.1:{1}/clip.mp4".format(*server.getsockname())
    path = tmp_path / "list.m3u8"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{url}\n#EXT-X-ENDLIST\n")
    return path


def test_decoder_left_alone_would_fetch(server, playlist):
    """Else the next test could not fail."""
    with pytest.raises(av.FFmpegError):
        av.open(playlist, options={"protocol_whitelist": "file,http,tcp"}, timeout=0.2)

    server.accept()[0].close()


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_nothing_is_fetched(look_apart, server, playlist, kind):
    assert isinstance(look_apart(kind, playlist), Unreadable)
    with pytest.raises(BlockingIOError):
        server.accept()
