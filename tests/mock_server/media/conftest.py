"""Material for videos: small, so that the tests are fast, but made as the canned one is."""

import pytest

from mock_server.media import canned
from mock_server.media.clip import Clip
from mock_server.media.encoding import encode_loop


@pytest.fixture(scope="session")
def small_clip():
    return Clip(width=64, height=36, fps=30, frames=45, has_sound=False)


@pytest.fixture(scope="session")
def small_loop(small_clip):
    return encode_loop(small_clip.width, small_clip.height, small_clip.fps)


@pytest.fixture(scope="session")
def sound():
    return canned.sound_path().read_bytes()
