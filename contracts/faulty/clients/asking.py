"""Clients that send the wrong things, or send the right ones to the wrong place."""

import json
from collections.abc import Iterator
from typing import Any

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.client import Client
from contracts.faulty.clients.faulty_client import FaultyClient


class _Adding(Client):
    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "watermark": True}


class _Form(Client):
    content_type = "text/plain"


class _KeylessPoll(Client):
    def poll(self) -> Answer:
        return self.wire.send("GET", self.poll_url, {})


class _KeyInQuery(Client):
    def poll(self) -> Answer:
        return self.ask(f"{self.poll_url}?api_key={self.key}")


class _KeyInAgent(Client):
    def key_headers(self) -> dict[str, str]:
        return {**super().key_headers(), "User-Agent": f"video-client ({self.key})"}


class _KeyInBody(Client):
    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "api_key": self.key}


class _KeyToVideos(Client):
    def video_headers(self) -> dict[str, str]:
        return {**super().video_headers(), **self.key_headers()}


class _Dropping(Client):
    def fields(self) -> dict[str, Any]:
        return {name: value for name, value in super().fields().items() if name != "shot_type"}


class _Truthy(Client):
    def fields(self) -> dict[str, Any]:
        return {name: value for name, value in super().fields().items() if value}


class _Whole(Client):
    def fields(self) -> dict[str, Any]:
        fields = super().fields()
        return {**fields, "duration": int(fields.get("duration", 5))}


class _Ascii(Client):
    def fields(self) -> dict[str, Any]:
        prompt = self.request["prompt"].encode("ascii", "ignore").decode()
        return {**super().fields(), "prompt": prompt}


class _OneLine(Client):
    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "prompt": " ".join(self.request["prompt"].split())}


class _FirstReference(Client):
    def fields(self) -> dict[str, Any]:
        fields = super().fields()
        pictures = fields.get("reference_images", [])
        return {**fields, "reference_images": pictures[:1]} if pictures else fields


class _NoData(Client):
    def fields(self) -> dict[str, Any]:
        fields = super().fields()
        return {name: value for name, value in fields.items() if not _is_data(value)}


class _NoPicture(Client):
    def fields(self) -> dict[str, Any]:
        return {name: value for name, value in super().fields().items() if name != "image"}


class _Strings(Client):
    def body(self) -> bytes:
        fields = {name: _text(value) for name, value in self.fields().items()}
        return json.dumps(fields).encode()


def _is_data(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("data:")


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value


class _Crashing(Client):
    def make(self) -> None:
        raise RuntimeError("something is wrong")


class _Hanging(Client):
    wire = Wire(seconds=600)

    def make(self) -> None:
        while True:
            self.interval = 5
            self.pause(5)
            self._over += 60


class _Silent(Client):
    def run(self) -> dict[str, Any]:
        return {**super().run(), "outcome": "done"}


def clients() -> Iterator[FaultyClient]:
    """Yield the clients with a fault in what they send."""
    for id_, case, text, make in (
        ("adds-a-field", "request-nothing-added", "It adds a field of its own.", _Adding),
        ("says-text", "request-content-type", "It sends JSON as text/plain.", _Form),
        ("polls-without-key", "request-key", "It polls without the key.", _KeylessPoll),
        (
            "key-in-the-url",
            "request-key-nowhere-else",
            "It polls with the key in the URL.",
            _KeyInQuery,
        ),
        (
            "key-in-the-agent",
            "request-key-nowhere-else",
            "It tells its key in User-Agent.",
            _KeyInAgent,
        ),
        (
            "key-in-the-body",
            "request-key-nowhere-else",
            "It sends its key in the body, too.",
            _KeyInBody,
        ),
        ("key-to-videos", "request-key-not-to-videos", "It downloads with the key.", _KeyToVideos),
        ("drops-a-parameter", "request-every-parameter", "It knows no shot_type.", _Dropping),
        (
            "drops-what-is-false",
            "request-falsy-values",
            "It drops what is false, 0 or empty.",
            _Truthy,
        ),
        ("rounds-seconds", "request-fraction", "It makes the duration a whole number.", _Whole),
        ("seconds-as-text", "request-fraction", "It sends fractions as strings.", _Strings),
        ("ascii-only", "request-any-text", "It drops what is not ASCII.", _Ascii),
        ("one-line-only", "request-any-text", "It makes the prompt one line.", _OneLine),
        (
            "first-reference-only",
            "request-references",
            "It sends one reference only.",
            _FirstReference,
        ),
        ("no-data-uris", "request-picture-as-data", "It drops data: URIs.", _NoData),
        ("no-pictures", "request-picture-by-url", "It drops the picture.", _NoPicture),
        ("crashes", "request-plain", "It ends in a traceback.", _Crashing),
        ("hangs", "request-plain", "It never ends.", _Hanging),
        ("says-done", "request-plain", "It ends with a word that is not of the protocol.", _Silent),
    ):
        yield FaultyClient(id=id_, case=case, text=text, make=make)
