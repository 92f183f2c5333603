"""Pictures as an H.264 encoder takes them: yuv420p in the colours of HD video, BT.709."""

import av
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

BT709 = 1  # colour primaries, transfer and matrix of HD video, by their number in H.273
LIMITED_RANGE = 1  # luma 16..235, as every player assumes

# libswscale's bilinear, accurate_rnd and bitexact: else its result depends on the processor.
_EXACTLY = 0x2 | 0x40000 | 0x80000


def to_yuv(picture: Image.Image) -> av.VideoFrame:
    """Convert *picture*, in RGB and with even sides, to the colours of a video."""
    drawn: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
    return drawn.reformat(
        format="yuv420p",
        interpolation=_EXACTLY,
        src_color_range=ColorRange.JPEG,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
    )


def paste(frame: av.VideoFrame, part: av.VideoFrame, left: int, top: int) -> None:
    """Lay *part* over *frame*, both in yuv420p; *left* and *top* are even."""
    for below, above, scale in zip(frame.planes, part.planes, (1, 2, 2), strict=True):
        under, over = memoryview(below).cast("B"), memoryview(above).cast("B")
        start = top // scale * below.line_size + left // scale
        for row in range(above.height):
            place, source = start + row * below.line_size, row * above.line_size
            under[place : place + above.width] = over[source : source + above.width]
