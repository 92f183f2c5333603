"""Material for videos: small, so that the tests are fast, but made as the canned one is."""

import math
from array import array
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from mock_server.media import canned
from mock_server.media.beeps import SAMPLE_RATE
from mock_server.media.clip import Clip
from mock_server.media.encoding import encode_loop
from mock_server.media.track import encode_track, sound_frame


@pytest.fixture(scope="session")
def small_clip():
    return Clip(width=64, height=36, fps=30, frames=45, has_sound=False)


@pytest.fixture(scope="session")
def small_loop(small_clip):
    return encode_loop(small_clip.width, small_clip.height, small_clip.fps)


@pytest.fixture(scope="session")
def sound():
    return canned.sound_path().read_bytes()


@pytest.fixture(scope="session")
def photo():
    return Path(__file__).parents[3] / "fixtures" / "samples" / "photo.jpg"


@pytest.fixture(scope="session")
def tone(tmp_path_factory):
    """Two seconds of 660 Hz, in a track for a clip of 15 s."""
    path = tmp_path_factory.mktemp("tone") / "tone.m4a"
    wave = (0.5 * math.sin(math.tau * 660 * at / SAMPLE_RATE) for at in range(2 * SAMPLE_RATE))
    channel = array("f", wave).tobytes()
    path.write_bytes(encode_track([sound_frame((channel, channel))], 15))
    return path


@pytest.fixture(scope="session")
def covering():
    """Return a function that cuts the middle out of a picture, in the shape of a frame, and scales it."""

    def cover(picture, size):
        opened = Image.open(picture).convert("RGB")
        scale = min(opened.width / size[0], opened.height / size[1])
        half = (size[0] * scale / 2, size[1] * scale / 2)
        centre = (opened.width / 2, opened.height / 2)
        box = (centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1])
        return opened.resize(size, Image.Resampling.LANCZOS, box)

    return cover


@pytest.fixture(scope="session")
def likeness():
    """Return a function that tells how alike two pictures are: their PSNR in dB."""

    def psnr(one, other):
        squares = ImageStat.Stat(ImageChops.difference(one, other)).sum2
        error = sum(squares) / (3 * one.width * one.height)
        return 10 * math.log10(255**2 / error) if error else math.inf

    return psnr
