"""The choice of a mode, as sound submissions make it: by name, or by the media that they have."""

from collections.abc import Mapping
from typing import Any

AUTO = "auto"
IMAGES, REFERENCES, CLIPS = "images", "reference_images", "reference_videos"
PICTURES = ("image", "image_url", IMAGES)
MEDIA = (*PICTURES, REFERENCES, CLIPS, "video")


def sent(fields: Mapping[str, Any]) -> set[str]:
    """Return the names of the media that *fields* really have."""
    return {name for name in MEDIA if fields.get(name)}


def mode_of(fields: Mapping[str, Any]) -> str:
    """Return the mode that sound *fields* lead to."""
    asked = fields.get("mode", AUTO)
    if asked != AUTO:
        return str(asked)
    names = sent(fields)
    pictures = {fields["image"]} if "image" in names else set()
    pictures |= {*fields.get(IMAGES, [])}
    if names & {REFERENCES, CLIPS, "video"} or len(pictures) > 1:
        return "r2v"
    return "i2v" if names else "t2v"
