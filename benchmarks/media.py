"""How long the video of a finished job takes, whole: the first of a process, others, one that opens with a picture, and one asked for again."""

import time
from collections.abc import Iterator

from benchmarks import client
from benchmarks.figures import BenchmarkError, Figure
from benchmarks.plan import Plan
from benchmarks.servers import ours, running

DURATIONS = (5, 10, 15)
AT_MOST_MS = 100.0  # a user takes a tenth of a second for "at once"
NEW_AT_MOST_MS = 1000.0  # and a second for a pause
PICTURE = "/fixtures/portrait.jpg"


def measure(plan: Plan) -> Iterator[Figure]:
    firsts, pictures, repeats = [], [], []
    others: dict[int, list[float]] = {duration: [] for duration in DURATIONS}
    for _ in range(plan.rounds):
        with running(ours(latency="instant")) as server:
            first = client.video_url(server.url)
            firsts.append(_fetch(first))
            for duration, taken in others.items():
                taken.append(_fetch(client.video_url(server.url, **_clip(duration))))
            pictures.append(_fetch(client.video_url(server.url, image=server.url + PICTURE)))
            repeats.append(_fetch(first))
    yield Figure(name="video, first of the process", unit="ms", ours=firsts)
    for duration, taken in others.items():
        yield Figure(name=f"video of {duration} s", unit="ms", ours=taken, at_most=AT_MOST_MS)
    yield Figure(
        name="video that opens with a new picture",
        unit="ms",
        ours=pictures,
        at_most=NEW_AT_MOST_MS,
    )
    yield Figure(name="video asked for again", unit="ms", ours=repeats, at_most=AT_MOST_MS)


def _clip(duration: int) -> dict[str, object]:
    return {"duration": duration, "prompt": f"a clip of {duration} seconds"}


def _fetch(url: str) -> float:
    begun = time.perf_counter()
    content = client.download(url)
    taken = time.perf_counter() - begun
    if content[4:8] != b"ftyp":
        raise BenchmarkError(f"this is no MP4: {content[:16]!r}")
    return taken * 1000
