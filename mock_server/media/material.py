"""What videos are made of and had to be encoded: each piece once, the last used ones kept."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from mock_server.media.cache import ByteCache


class Material:
    """Encoded pieces, each known by what encodes it and out of what; may be shared by threads."""

    def __init__(self, max_bytes: int) -> None:
        """Keep up to *max_bytes* of pieces, and drop those used longest ago."""
        self._lock = threading.Lock()
        self._kept: ByteCache[Hashable, bytes] = ByteCache(max_bytes)
        self._under_way: dict[Hashable, Future[bytes]] = {}

    def get(self, encode: Callable[..., bytes], *arguments: Hashable) -> bytes:
        """Return what *encode* makes of *arguments*; who asks meanwhile for the same waits for it.

        Raises what *encode* raised; the next to ask tries anew.
        """
        key = (encode, *arguments)
        with self._lock:
            piece = self._kept.get(key)
            if piece is not None:
                return piece
            is_new = key not in self._under_way
            future = self._under_way.setdefault(key, Future())
        if is_new:
            self._make(key, lambda: encode(*arguments), future)
        return future.result()

    def _make(self, key: Hashable, make: Callable[[], bytes], future: Future[bytes]) -> None:
        try:
            piece = make()
        except BaseException as error:  # whatever it was: others wait
            future.set_exception(error)
        else:
            future.set_result(piece)
            with self._lock:
                self._kept.put(key, piece)
        finally:
            with self._lock:
                del self._under_way[key]
