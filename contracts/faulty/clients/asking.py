"""Clients that send the wrong things, or send the right ones to the wrong place."""

import json
from typing import Any

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.client import Client


class _Adding(Client):
    """It adds a field of its own."""

    name = "adds-a-field"
    case = "request-nothing-added"

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "watermark": True}


class _Form(Client):
    """It sends JSON as text/plain."""

    name = "says-text"
    case = "request-content-type"

    content_type = "text/plain"


class _KeylessPoll(Client):
    """It polls without the key."""

    name = "polls-without-key"
    case = "request-key"

    def poll(self) -> Answer:
        return self.wire.send("GET", self.poll_url, {})


class _KeyInQuery(Client):
    """It polls with the key in the URL."""

    name = "key-in-the-url"
    case = "request-key-nowhere-else"

    def poll(self) -> Answer:
        return self.ask(f"{self.poll_url}?api_key={self.key}")


class _KeyInAgent(Client):
    """It tells its key in User-Agent."""

    name = "key-in-the-agent"
    case = "request-key-nowhere-else"

    def key_headers(self) -> dict[str, str]:
        return {**super().key_headers(), "User-Agent": f"video-client ({self.key})"}


class _KeyInBody(Client):
    """It sends its key in the body, too."""

    name = "key-in-the-body"
    case = "request-key-nowhere-else"

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "api_key": self.key}


class _KeyToVideos(Client):
    """It downloads with the key."""

    name = "key-to-videos"
    case = "request-key-not-to-videos"

    def video_headers(self) -> dict[str, str]:
        return {**super().video_headers(), **self.key_headers()}


class _Dropping(Client):
    """It knows no shot_type."""

    name = "drops-a-parameter"
    case = "request-every-parameter"

    def fields(self) -> dict[str, Any]:
        return {name: value for name, value in super().fields().items() if name != "shot_type"}


class _Truthy(Client):
    """It drops what is false, 0 or empty."""

    name = "drops-what-is-false"
    case = "request-falsy-values"

    def fields(self) -> dict[str, Any]:
        return {name: value for name, value in super().fields().items() if value}


class _Whole(Client):
    """It makes the duration a whole number."""

    name = "rounds-seconds"
    case = "request-fraction"

    def fields(self) -> dict[str, Any]:
        fields = super().fields()
        return {**fields, "duration": int(fields.get("duration", 5))}


class _Ascii(Client):
    """It drops what is not ASCII."""

    name = "ascii-only"
    case = "request-any-text"

    def fields(self) -> dict[str, Any]:
        prompt = self.request["prompt"].encode("ascii", "ignore").decode()
        return {**super().fields(), "prompt": prompt}


class _OneLine(Client):
    """It makes the prompt one line."""

    name = "one-line-only"
    case = "request-any-text"

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "prompt": " ".join(self.request["prompt"].split())}


class _FirstReference(Client):
    """It sends one reference only."""

    name = "first-reference-only"
    case = "request-references"

    def fields(self) -> dict[str, Any]:
        fields = super().fields()
        pictures = fields.get("reference_images", [])
        return {**fields, "reference_images": pictures[:1]} if pictures else fields


class _NoData(Client):
    """It drops data: URIs."""

    name = "no-data-uris"
    case = "request-picture-as-data"

    def fields(self) -> dict[str, Any]:
        fields = super().fields()
        return {name: value for name, value in fields.items() if not _is_data(value)}


class _NoPicture(Client):
    """It drops the picture."""

    name = "no-pictures"
    case = "request-picture-by-url"

    def fields(self) -> dict[str, Any]:
        return {name: value for name, value in super().fields().items() if name != "image"}


class _Strings(Client):
    """It sends fractions as strings."""

    name = "seconds-as-text"
    case = "request-fraction"

    def body(self) -> bytes:
        fields = {name: _text(value) for name, value in self.fields().items()}
        return json.dumps(fields).encode()


def _is_data(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("data:")


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value


class _Crashing(Client):
    """It ends in a traceback."""

    name = "crashes"
    case = "request-plain"

    def make(self) -> None:
        raise RuntimeError("something is wrong")


class _Hanging(Client):
    """It never ends."""

    name = "hangs"
    case = "request-plain"

    wire = Wire(seconds=600)

    def make(self) -> None:
        while True:
            self.interval = 5
            self.pause(5)
            self._over += 60


class _Silent(Client):
    """It ends with a word that is not of the protocol."""

    name = "says-done"
    case = "request-plain"

    def run(self) -> dict[str, Any]:
        return {**super().run(), "outcome": "done"}
