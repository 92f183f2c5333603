"""Scripts about videos: what they are, and how they are served."""

from collections.abc import Iterator

from contracts.model import Model
from contracts.script import Download, Follow, Script, Step, Submit
from contracts.sweep.fields import base
from contracts.sweep.values import URL

RANGES = (
    "bytes=0-99",
    "bytes=100-",
    "bytes=-100",
    "bytes=0-99999999",
    "bytes=99999999-",
    "bytes=-0",
    "bytes=5-4",
)


def scripts(model: Model) -> Iterator[Script]:
    """Yield scripts that look at a video of each size of *model*, and at one in every way."""
    yield from _sized(model)
    yield _served(model)
    fields = {**base(model), "image": URL, "aspect_ratio": "1:1"}
    yield Script(
        name="a picture to animate",
        rules=("OUT-SIZE", "I2V-RATIO"),
        steps=(Submit(fields=fields), Follow(), Download()),
    )


def _sized(model: Model) -> Iterator[Script]:
    for resolution, by_ratio in model.output.sizes.items():
        for ratio in by_ratio:
            chosen = {
                **base(model),
                "resolution": resolution,
                "aspect_ratio": ratio,
                "audio": ratio != "1:1",
            }
            yield Script(
                name=f"the video of {resolution} {ratio}",
                rules=("OUT-FORMAT", "OUT-SIZE", "OUT-DURATION", "OUT-AUDIO"),
                steps=(Submit(fields=chosen), Follow(), Download()),
            )


def _served(model: Model) -> Script:
    steps: tuple[Step, ...] = (
        Submit(fields={**base(model), "duration": 5.5}),
        Follow(),
        Download(),
        Download(method="HEAD"),
        *(Download(headers=(("range", value),)) for value in RANGES),
        Download(headers=(("range", "bytes=0-9"), ("if-range", '"another"'))),
        Download(headers=(("if-none-match", "*"),)),
        Download(spoil=("sig=", "sig=0")),
        Download(spoil=("expires=1", "expires=2")),
        Download(spoil=("job_", "job_0")),
        Download(),
    )
    return Script(name="how the video is served", rules=("OUT-DOWNLOAD", "OUT-URL"), steps=steps)
