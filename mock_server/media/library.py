"""The videos of finished jobs, made when they are first asked for."""

import asyncio
import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from mock_server.media.cache import ByteCache
from mock_server.media.clip import Clip
from mock_server.tagged import Tagged

# Making a video is mostly FFmpeg's work, but a second thread is enough to keep short ones from
# waiting behind a long one.
_THREADS = 2


def make_video(clip: Clip) -> bytes:
    """Return the MP4 of *clip*; it takes a thread some milliseconds, the first time longer."""
    return _maker()(clip)


@functools.cache
def _maker() -> Callable[[Clip], bytes]:
    # FFmpeg takes longer to load than the whole server takes to start, and many never fetch a video.
    from mock_server.media.workshop import Workshop  # noqa: PLC0415

    return Workshop().make


class ClipLibrary:
    """Hands out the video of any clip; may be shared by event loops and threads.

    Videos are kept up to a number of bytes, and those used longest ago are dropped: a clip tells
    its video completely, so that a dropped one is made again with the same bytes.
    """

    def __init__(self, max_bytes: int, *, make: Callable[[Clip], bytes] = make_video) -> None:
        """Keep up to *max_bytes* of videos, each made by *make* in a thread of the library's."""
        self._make = make
        self._lock = threading.Lock()
        self._videos: ByteCache[Clip, Tagged] = ByteCache(max_bytes)
        self._under_way: dict[Clip, Future[Tagged]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self.hits = 0
        self.misses = 0

    @property
    def kept_bytes(self) -> int:
        """The bytes of all videos that are kept."""
        return self._videos.size

    async def video(self, clip: Clip) -> Tagged:
        """Return the MP4 of *clip*; who asks for a clip that is being made waits for that one.

        Raises what *make* raised; the next to ask tries anew.
        """
        found = self._find_or_start(clip)
        return found if isinstance(found, Tagged) else await asyncio.wrap_future(_follow(found))

    def close(self, *, wait: bool = False) -> None:
        """Let the threads end when their work is done, and *wait* for that or not; asking again starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=wait)

    def _find_or_start(self, clip: Clip) -> Tagged | Future[Tagged]:
        with self._lock:
            video = self._videos.get(clip)
            if video is not None:
                self.hits += 1
                return video
            self.misses += 1
            if clip not in self._under_way:
                if self._pool is None:
                    self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="video")
                self._under_way[clip] = self._pool.submit(self._make_and_keep, clip)
            return self._under_way[clip]

    def _make_and_keep(self, clip: Clip) -> Tagged:
        try:
            video = Tagged(self._make(clip))
            with self._lock:
                self._videos.put(clip, video)
            return video
        finally:
            with self._lock:
                del self._under_way[clip]


def _follow(shared: Future[Tagged]) -> Future[Tagged]:
    """Return a future of the caller's own: one client that goes away must not cancel the others."""
    own: Future[Tagged] = Future()

    def pass_on(done: Future[Tagged]) -> None:
        if not own.set_running_or_notify_cancel():
            return
        error = done.exception()
        if error is None:
            own.set_result(done.result())
        else:
            own.set_exception(error)

    shared.add_done_callback(pass_on)
    return own
