"""A sequence that is read anew each time somebody looks at it."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

Item = TypeVar("Item")


class LiveSequence(Sequence[Item]):
    """What is there at the moment of each look; items are frozen. It equals any sequence of the same items."""

    @abstractmethod
    def read(self) -> list[Item]:
        """Return the items as they are now."""

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        """Return the item at *index* as it is now."""
        return self.read()[index]

    def __iter__(self) -> Iterator[Item]:
        """Yield the items as they are now."""
        return iter(self.read())

    def __len__(self) -> int:
        """Return how many there are now."""
        return len(self.read())

    def __eq__(self, other: object) -> bool:
        """Tell whether the items are now those of *other*."""
        if isinstance(other, str) or not isinstance(other, Sequence):
            return NotImplemented
        return self.read() == [*other]

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        """Return the items as a list shows them."""
        return repr(self.read())
