"""A fault: one promise that a server breaks, and how it comes to break it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from contracts.faulty.message import Reply, Request

Proceed = Callable[[Request], Awaitable[Reply]]
Behaviour = Callable[[Request, Proceed], Awaitable[Reply]]
Begin = Callable[[], Behaviour]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A seeded fault. A suite that finds it reports at least one of *rules*.

    *text* tells in a sentence what the server does. *begin* returns the behaviour of one server, which remembers
    nothing yet: a function of a request and of what passes it on, which gives the answer.
    """

    id: str
    family: str
    rules: tuple[str, ...]
    text: str
    begin: Begin
