"""Make the video of a clip: out of canned material where there is some, else newly encoded."""

import math
from pathlib import Path

from mock_server.media import canned
from mock_server.media.clip import Clip
from mock_server.media.encoding import encode_loop, encode_opening, encode_sound
from mock_server.media.material import Material
from mock_server.media.muxing import fits, is_long_enough, join, mux

_ENCODED_BYTES = 32 * 2**20


class Workshop:
    """Makes videos, in any number of threads, and keeps the material that it had to encode."""

    def __init__(
        self, *, folder: Path = canned.FOLDER, max_encoded_bytes: int = _ENCODED_BYTES
    ) -> None:
        """Look for canned material in *folder*; keep up to *max_encoded_bytes* of other material."""
        self._folder = folder
        self._encoded = Material(max_encoded_bytes)

    def make(self, clip: Clip) -> bytes:
        """Return the MP4 of *clip*: milliseconds with canned material, else half a second.

        Raises:
            FileNotFoundError: The picture or the sound of *clip* is no more.
        """
        opening = self._opening(clip)
        return mux(clip, self._loop(clip, opening), self._sound(clip), opening)

    def _opening(self, clip: Clip) -> bytes | None:
        if clip.picture is None:
            return None
        return self._encoded.get(encode_opening, clip.picture, clip.width, clip.height, clip.fps)

    def _loop(self, clip: Clip, opening: bytes | None) -> bytes:
        path = canned.loop_path(clip.width, clip.height, folder=self._folder)
        # The name of the file tells the size alone: another contract may ask for another rate. And
        # another version of the encoder may write loops that cannot follow this one's openings.
        if path.is_file() and fits(clip, loop := path.read_bytes()) and join(opening, loop):
            return loop
        return self._encoded.get(encode_loop, clip.width, clip.height, clip.fps)

    def _sound(self, clip: Clip) -> bytes | None:
        if not clip.has_sound:
            return None
        if clip.sound is not None:
            return clip.sound.read_bytes()
        path = canned.sound_path(folder=self._folder)
        if path.is_file() and is_long_enough(clip, sound := path.read_bytes()):
            return sound
        return self._encoded.get(encode_sound, math.ceil(clip.seconds))
