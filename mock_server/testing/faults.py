"""What shall go wrong with the next requests of an account."""

from dataclasses import dataclass
from typing import Unpack

from mock_server.testing.channel import Channel
from mock_server.testing.live import LiveSequence
from mock_server.testing.pages import ActionFields, FaultFields


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FaultView:
    """A fault as it was when somebody looked: what was asked of it, and how many requests it has *seen* and *struck*.

    One with a *scenario* has no *operation* and no *action*.
    """

    id: str
    seen: int
    struck: int
    times: int | None = None
    scenario: str | None = None
    operation: str | None = None
    after: int = 0
    probability: float = 1
    seed: int = 0
    action: ActionFields | None = None

    def __repr__(self) -> str:
        """Return what it strikes, and how often it did."""
        of = self.scenario or self.operation
        times = "" if self.times is None else f" of {self.times}"
        return f"<FaultView {self.id} {of} struck {self.struck}{times}>"


class MockFaults(LiveSequence[FaultView]):
    """The faults of an account, healed ones included, in the order in which they were added."""

    def __init__(self, channel: Channel) -> None:
        """Look at the faults through *channel*."""
        self._channel = channel

    def read(self) -> list[FaultView]:
        """Return the faults as they are now."""
        return [FaultView(**page) for page in self._channel.ask("GET /_mock/faults")["data"]]

    def add(self, **fields: Unpack[FaultFields]) -> FaultView:
        """Let *action* strike the next requests of *operation* (``"*"``: of every one), or *scenario* act on the next jobs.

        It strikes *times* requests, without that all of them; *after* so many are spared first. Each is struck
        with *probability* (0 to 1); *seed* decides which.

        Raises:
            ValueError: a field that is not known, or a value that cannot be.
        """
        return FaultView(**self._channel.ask("POST /_mock/faults", fields))

    def remove(self, fault: FaultView | str) -> None:
        """Take *fault* (or the one with that id) away.

        Raises:
            LookupError: the account has no such fault.
        """
        fault_id = fault if isinstance(fault, str) else fault.id
        self._channel.ask("DELETE /_mock/faults/{fault_id}", fault_id=fault_id)

    def clear(self) -> None:
        """Take all faults away; scenarios that act on jobs already made stay."""
        self._channel.ask("DELETE /_mock/faults")
