"""Scripts about videos: what they are, and how they are served."""

from collections.abc import Iterator

from contracts.model import Model, Takes
from contracts.script import ETAG, Download, Follow, Script, Step, Submit
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
    "bytes=-99999999",
)
TAGS = (ETAG, f'"another", {ETAG}', f"W/{ETAG}", '"another"')


def scripts(model: Model) -> Iterator[Script]:
    """Yield scripts that look at a video of each size of *model*, and at one in every way."""
    yield from _sized(model)
    yield from _ratios(model)
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


def _ratios(model: Model) -> Iterator[Script]:
    """Yield a video of each mode and price that is neither of the usual size nor of the usual length."""
    *_, ratio = next(iter(model.output.sizes.values()))
    for mode in model.modes.values():
        for flash in (False, True) if mode.flash else (False,):
            media = {} if mode.takes is Takes.NOTHING else {"image": URL}
            fields = {**base(model), "mode": mode.name, "aspect_ratio": ratio, "flash_mode": flash}
            name = f"the {ratio} video of {mode.name}{' with flash' if flash else ''}"
            steps = (Submit(fields={**fields, **media}), Follow(), Download())
            yield Script(name=name, rules=("OUT-SIZE", "OUT-AUDIO"), steps=steps)


def _served(model: Model) -> Script:
    steps: tuple[Step, ...] = (
        Submit(fields={**base(model), "duration": 5.5}),
        Follow(),
        Download(),
        Download(method="HEAD"),
        *(Download(headers=(("range", value),)) for value in RANGES),
        Download(headers=(("range", "bytes=0-9"), ("if-range", '"another"'))),
        Download(headers=(("range", "bytes=0-9"), ("if-range", ETAG))),
        *(Download(headers=(("if-none-match", value),)) for value in ("*", *TAGS)),
        Download(spoil=("sig=", "sig=0")),
        Download(method="HEAD", spoil=("sig=", "sig=0")),
        Download(spoil=("expires=1", "expires=2")),
        Download(spoil=("job_", "job_0")),
        Download(),
    )
    return Script(name="how the video is served", rules=("OUT-DOWNLOAD", "OUT-URL"), steps=steps)
