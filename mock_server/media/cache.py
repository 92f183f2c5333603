"""Keep what was used last, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=bytes)


class ByteCache(Generic[Key, Value]):
    """A least-recently-used cache of byte strings; its owner locks it."""

    def __init__(self, max_bytes: int) -> None:
        """Keep at most *max_bytes* of values; 0 keeps nothing."""
        self._max_bytes = max_bytes
        self._size = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()

    @property
    def size(self) -> int:
        """The bytes of all values kept."""
        return self._size

    def get(self, key: Key) -> Value | None:
        """Return the value and count it as used, or None if it is not kept."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep *value* and drop what was used longest ago; one that alone is too large stays out."""
        self._size -= len(self._values.pop(key, b""))
        if len(value) > self._max_bytes:
            return
        self._values[key] = value
        self._size += len(value)
        while self._size > self._max_bytes:
            _, dropped = self._values.popitem(last=False)
            self._size -= len(dropped)
