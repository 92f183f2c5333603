"""Commands as bytes, and back: by their types, so that bytes that somebody else wrote can be nothing but commands."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mock_server import commands
from mock_server.commands import Command
from mock_server.submission import Submit

COMMANDS: Sequence[type[Any]] = (
    commands.AddFault,
    commands.Advance,
    commands.Change,
    commands.ClearFaults,
    commands.Count,
    commands.End,
    commands.Forget,
    commands.Keep,
    commands.Look,
    commands.Poll,
    commands.RemoveFault,
    commands.SetClock,
    commands.Strike,
    Submit,
)


class Record(NamedTuple):
    """A command in the log: *token* is its own alone, *at* is when it was sent, in microseconds since the epoch."""

    token: bytes
    at: int
    kind: str
    command: msgspec.Raw


class Codec:
    """Reads and writes commands; paths are written as they lie below *root*, which is another one on each machine."""

    def __init__(self, root: Path) -> None:
        """Know all kinds of commands."""
        self._root = root
        self._encoder = msgspec.msgpack.Encoder(enc_hook=self._plain)
        self._records = msgspec.msgpack.Decoder(Record)
        self._decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {
            kind.__name__: msgspec.msgpack.Decoder(kind, dec_hook=self._typed) for kind in COMMANDS
        }

    def encode(self, token: bytes, at: int, command: Command[Any]) -> bytes:
        """Return the record of *command*."""
        kind = type(command).__name__
        body = self._encoder.encode(command)  # whole numbers of more than 64 bits come as Decimal
        return self._encoder.encode(Record(token, at, kind, msgspec.Raw(body)))

    def decode(self, record: bytes) -> Record:
        """Return *record*, whose command is still packed.

        Raises:
            ValueError: it is none.
        """
        return self._records.decode(record)

    def command(self, record: Record) -> Command[Any]:
        """Return the command of *record*.

        Raises:
            ValueError: there is none of that kind, or of that form.
        """
        try:
            decoder = self._decoders[record.kind]
        except KeyError:
            raise ValueError(f"{record.kind!r} is not a kind of command") from None
        command: Command[Any] = decoder.decode(record.command)
        return command

    def _plain(self, value: object) -> object:
        if isinstance(value, Path):
            return str(value.relative_to(self._root))
        raise NotImplementedError(f"{type(value).__name__} has no place in a command")

    def _typed(self, kind: type[Any], value: Any) -> Any:
        if kind is Path and isinstance(value, str) and ".." not in Path(value).parts:
            return self._root / value
        raise ValueError(f"{value!r} is not a {kind.__name__} below the state's folder")
