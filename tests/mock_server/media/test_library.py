import asyncio
import json
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from mock_server.media.library import ClipLibrary
from mock_server.media.workshop import Workshop


class Maker:
    """Makes ten bytes a clip, counts, and can be told to wait or to fail."""

    def __init__(self):
        self.made: Counter[int] = Counter()
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.failures = 0

    def __call__(self, clip):
        self.made[clip.frames] += 1
        self.started.set()
        assert self.go_on.wait(10)
        if self.failures:
            self.failures -= 1
            raise OSError("no more paper")
        return b"%010d" % clip.frames


@pytest.fixture
def maker():
    return Maker()


@pytest.fixture
def library(maker):
    library = ClipLibrary(30, make=maker)
    yield library
    library.close()


def test_video_is_the_workshops(small_clip):
    library = ClipLibrary(10_000_000)

    assert asyncio.run(library.video(small_clip)) == Workshop().make(small_clip)
    library.close()


def test_second_request_is_answered_from_memory(library, maker, small_clip):
    first, second = (asyncio.run(library.video(small_clip)) for _ in range(2))

    assert first is second
    assert maker.made == {45: 1}


def test_video_used_longest_ago_is_made_again(library, maker, small_clip):
    for frames in (1, 2, 3, 1, 4, 1, 2):
        asyncio.run(library.video(replace(small_clip, frames=frames)))

    assert maker.made == {1: 1, 2: 2, 3: 1, 4: 1}


async def together(library, clip, number):
    return await asyncio.gather(*(library.video(clip) for _ in range(number)))


def test_concurrent_requests_share_one_making(library, maker, small_clip):
    videos = asyncio.run(together(library, small_clip, 10))

    assert videos == [b"0000000045"] * 10
    assert maker.made == {45: 1}


def test_threads_with_loops_of_their_own_share_one_making(library, maker, small_clip):
    maker.go_on.clear()
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(asyncio.run, together(library, small_clip, 3)) for _ in range(4)]
        maker.started.wait(10)
        maker.go_on.set()
        videos = [video for run in runs for video in run.result(10)]

    assert videos == [b"0000000045"] * 12
    assert maker.made == {45: 1}


def test_event_loop_goes_on_meanwhile(library, maker, small_clip):
    maker.go_on.clear()

    async def ask_and_let_go():
        video = asyncio.create_task(library.video(small_clip))
        await asyncio.to_thread(maker.started.wait, 10)
        maker.go_on.set()
        return await video

    assert asyncio.run(ask_and_let_go()) == b"0000000045"


def test_client_that_goes_away_does_not_cancel_the_others(library, maker, small_clip):
    maker.go_on.clear()

    async def one_leaves():
        leaver, stayer = (asyncio.create_task(library.video(small_clip)) for _ in range(2))
        await asyncio.to_thread(maker.started.wait, 10)
        leaver.cancel()
        await asyncio.wait([leaver])
        maker.go_on.set()
        return leaver.cancelled(), await stayer

    assert asyncio.run(one_leaves()) == (True, b"0000000045")


def test_failure_reaches_all_who_wait_and_is_forgotten(library, maker, small_clip):
    maker.go_on.clear()
    maker.failures = 1

    async def all_fail():
        waiting = [asyncio.create_task(library.video(small_clip)) for _ in range(3)]
        await asyncio.to_thread(maker.started.wait, 10)
        maker.go_on.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert [str(error) for error in asyncio.run(all_fail())] == ["no more paper"] * 3
    assert asyncio.run(library.video(small_clip)) == b"0000000045"


def test_closed_library_opens_again(library, maker, small_clip):
    asyncio.run(library.video(small_clip))
    library.close()
    library.close()

    assert asyncio.run(library.video(replace(small_clip, frames=1))) == b"0000000001"


def test_closing_finishes_what_was_asked_for(library, maker, small_clip):
    maker.go_on.clear()

    async def close_meanwhile():
        video = asyncio.create_task(library.video(small_clip))
        await asyncio.to_thread(maker.started.wait, 10)
        library.close()
        maker.go_on.set()
        return await video

    assert asyncio.run(close_meanwhile()) == b"0000000045"


LAZINESS = """
import asyncio, json, sys
from mock_server.media.clip import Clip
from mock_server.media.library import ClipLibrary
def loaded():
    return sorted({"av", "PIL", "numpy"} & set(sys.modules))
library = ClipLibrary(1_000_000)
before = loaded()
asyncio.run(library.video(Clip(width=1280, height=720, fps=30, frames=1, has_sound=True)))
json.dump([before, loaded()], sys.stdout)
"""


def test_ffmpeg_is_loaded_with_the_first_video():
    run = [sys.executable, "-c", LAZINESS]
    done = subprocess.run(run, capture_output=True, text=True, check=True)

    before, after = json.loads(done.stdout)
    assert before == []
    assert "av" in after
