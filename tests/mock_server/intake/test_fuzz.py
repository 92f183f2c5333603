"""Mutated media: whatever they are, they are looked at, and nothing else happens.

    python -m tests.mock_server.intake.test_fuzz 100000 7

tries 100,000 of them, from seed 7 on.
"""

import asyncio
import contextlib
import random
import resource
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from mock_server.intake.inspector import Inspector
from mock_server.intake.looking import DEFECT
from mock_server.intake.measuring import Measured, Unreadable
from mock_server.samples import SAMPLES
from tests.mock_server.intake.conftest import FORMATS, MEMORY_BYTES, task_of

CASES = 2000
SECONDS = 20
MEGABYTE = 2**20
KINDS = {
    "image": ["photo.jpg", "tiny.png", "alpha.png", "picture.webp", "picture.bmp", "picture.heic"],
    "video": ["clip.mp4", "clip.mov", "short.mp4"],
    "audio": ["voice.mp3", "short.wav", "short.mp3"],
}
CONTENTS = {name: (SAMPLES / name).read_bytes() for names in KINDS.values() for name in names}
LENGTHS = (0, 1, 7, 8, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)


def place(chance, content):
    """Return a place in *content*, half of the time in its beginning, where the headers are."""
    return chance.randrange(chance.choice((min(512, len(content)), len(content))))


def flip(chance, content):
    for _ in range(chance.choice((1, 1, 4, 50))):
        content[place(chance, content)] ^= 1 << chance.randrange(8)


def overwrite(chance, content):
    start = place(chance, content)
    content[start : start + 16] = chance.randbytes(chance.randrange(1, 17))


def cut(chance, content):
    del content[place(chance, content) :]


def take_out(chance, content):
    start = place(chance, content)
    del content[start : start + chance.choice((1, 4, 100, 4000))]


def repeat(chance, content):
    start = place(chance, content)
    content[start:start] = content[start : start + chance.choice((1, 4, 100, 4000))]


def swap(chance, content):
    size = chance.choice((4, 100, 1000))
    one, other = place(chance, content), place(chance, content)
    content[one : one + size], content[other : other + size] = (
        content[other : other + size],
        content[one : one + size],
    )


def lie(chance, content):
    """Change what may be a length."""
    start, order = place(chance, content), chance.choice(("big", "little"))
    size = chance.choice((2, 4, 4, 8))
    length = chance.choice((*LENGTHS, chance.randrange(2**32)))
    content[start : start + size] = (length % 256**size).to_bytes(size, order)


def splice(chance, content):
    other = CONTENTS[chance.choice([*CONTENTS])]
    content[place(chance, content) :] = other[chance.randrange(len(other)) :]


MARKS = b"stsz stts stco stsc elst tkhd avcC esds iloc ispe hvcC IHDR IDAT VP8X data moov".split()


def lie_in_a_box(chance, content):
    """Change a number near the name of a box or chunk, where lengths and counts are."""
    found = [mark for mark in MARKS if mark in content]
    if found:
        start = content.index(chance.choice(found)) + chance.randrange(-4, 40)
        content[start : start + 4] = chance.choice(LENGTHS).to_bytes(4)


MUTATIONS = (flip, overwrite, cut, take_out, repeat, swap, lie, lie, splice, lie_in_a_box)


def mutated(seed):
    """Return a kind and the content that *seed* makes of a sample of that kind."""
    chance = random.Random(seed)
    kind = chance.choice([*KINDS])
    content = bytearray(CONTENTS[chance.choice(KINDS[kind])])
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if content:
            chance.choice(MUTATIONS)(chance, content)
    return kind, bytes(content)


async def look(inspector, seed, folder):
    kind, content = mutated(seed)
    path, product = folder / str(seed), folder / f"{seed}.product"
    path.write_bytes(content)
    task = task_of(kind, path, product=product, product_seconds=1, sides=(36, 200))
    found = await inspector.inspect(task)
    path.unlink()
    check(found, product.exists(), kind, seed)
    product.unlink(missing_ok=True)
    return found


def check(found, has_product, kind, seed):
    """What went wrong can be tried again with the seed."""
    told = f"seed {seed}, {kind}: {found}"
    match found:
        case Measured(format=form, width=width, height=height, seconds=seconds):
            assert form in FORMATS[kind], told
            assert found.has_product == has_product, told
            assert (kind != "audio") == bool(width and height), told
            assert (kind != "image") == (seconds is not None), told
        case Unreadable(reason=reason):
            assert not has_product, told
            assert not reason.startswith("took"), told
            assert not reason.startswith("cannot be read"), told
            assert not reason.startswith(DEFECT), told
        case _:
            raise AssertionError(told)


async def look_at_all(inspector, seeds, folder):
    found = []
    for start in range(seeds.start, seeds.stop, 50):
        batch = range(start, min(start + 50, seeds.stop))
        found += await asyncio.gather(*(look(inspector, seed, folder) for seed in batch))
    return found


class Told(NamedTuple):
    """How many media could be read, how many processes died of them and how, and how large all grew."""

    read: int
    deaths: dict[int, int]
    peak_bytes: int
    grown_bytes: int


def fuzz(cases, first):
    """Look at *cases* mutations, from the seed *first* on."""
    inspector = Inspector(seconds=SECONDS, memory_bytes=MEMORY_BYTES)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(inspector):
        found = asyncio.run(look_at_all(inspector, range(first, first + cases), Path(folder)))
        peaks = [peak_bytes(worker) for worker in inspector._idle]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Told(
        read=sum(isinstance(each, Measured) for each in found),
        deaths=dict(inspector.deaths),
        peak_bytes=max(peaks),
        grown_bytes=(after - before) * 1024,
    )


def peak_bytes(worker):
    status = Path(f"/proc/{worker._process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def test_mutated_media_do_no_harm():
    told = fuzz(CASES, 1)

    # Else the mutations would try the recognition of formats alone.
    assert CASES // 5 < told.read < CASES * 4 // 5
    # None crashed (the signal, negative), was killed (-9) or ran out of memory (77).
    assert told.deaths == {}
    assert told.peak_bytes < 300 * MEGABYTE
    assert told.grown_bytes < 50 * MEGABYTE


if __name__ == "__main__":
    told = fuzz(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(f"{told}\n")
