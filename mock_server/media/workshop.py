"""Make the video of a clip: out of canned material where there is some, else newly encoded."""

import math
import threading
from collections.abc import Callable
from pathlib import Path

from mock_server.media import canned
from mock_server.media.cache import ByteCache
from mock_server.media.clip import Clip
from mock_server.media.encoding import encode_loop, encode_sound
from mock_server.media.muxing import fits, is_long_enough, mux

_ENCODED_BYTES = 32 * 2**20


class Workshop:
    """Makes videos, in any number of threads, and keeps the material that it had to encode."""

    def __init__(
        self, *, folder: Path = canned.FOLDER, max_encoded_bytes: int = _ENCODED_BYTES
    ) -> None:
        """Look for canned material in *folder*; keep up to *max_encoded_bytes* of other material."""
        self._folder = folder
        self._encoded: ByteCache[tuple[int, ...], bytes] = ByteCache(max_encoded_bytes)
        self._encoding = threading.Lock()

    def make(self, clip: Clip) -> bytes:
        """Return the MP4 of *clip*: milliseconds with canned material, else about a second."""
        return mux(clip, self._loop(clip), self._sound(clip) if clip.has_sound else None)

    def _loop(self, clip: Clip) -> bytes:
        path = canned.loop_path(clip.width, clip.height, folder=self._folder)
        # The name of the file tells the size alone: another contract may ask for another rate.
        if path.is_file() and fits(clip, loop := path.read_bytes()):
            return loop
        return self._encode_once(encode_loop, clip.width, clip.height, clip.fps)

    def _sound(self, clip: Clip) -> bytes:
        path = canned.sound_path(folder=self._folder)
        if path.is_file() and is_long_enough(clip, sound := path.read_bytes()):
            return sound
        return self._encode_once(encode_sound, math.ceil(clip.seconds))

    def _encode_once(self, encode: Callable[..., bytes], *arguments: int) -> bytes:
        """Encode, or return what an equal call encoded: loops have three arguments, sounds one.

        The lock is held meanwhile, so that two clips of one new size do not both encode its loop.
        """
        with self._encoding:
            material = self._encoded.get(arguments)
            if material is None:
                material = encode(*arguments)
                self._encoded.put(arguments, material)
            return material
