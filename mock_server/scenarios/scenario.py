"""A scenario: a name that a prompt can carry, and what it changes, as data."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from mock_server.actions import Action


class Kind(StrEnum):
    """What a scenario acts on; those of different kinds combine."""

    LIFECYCLE = "lifecycle"
    SUBMIT = "submit"
    POLL = "poll"
    DOWNLOAD = "download"


class Failure(NamedTuple):
    """How a job fails: the provider's *code*, first in the message, and how far its progress comes."""

    code: str
    message: str
    at_percent: int


class Course(NamedTuple):
    """How a job goes in another way than planned; what is not said here stays as it is.

    The job takes *latency_factor* times its latency, and *least_seconds* at least. Its progress runs at
    its usual pace and stops at *halts_at_percent*: until its end, which never comes if it *never_ends*;
    meanwhile it is shown as ``paused`` if it *pauses*. The provider cancels it at *cancelled_at_percent*.
    In the API's answers a status is another word of *words*, each value of *adds* stands at its JSON
    Pointer wherever the parent of that is there, and what the pointers *omits* lead to is left out. The API
    knows the job for *retention_seconds* after its end, None for the contract's own time.
    """

    latency_factor: int = 1
    least_seconds: int = 0
    never_ends: bool = False
    halts_at_percent: int | None = None
    pauses: bool = False
    failure: Failure | None = None
    cancelled_at_percent: int | None = None
    retention_seconds: int | None = None
    words: Mapping[str, str] = MappingProxyType({})
    adds: Mapping[str, Any] = MappingProxyType({})
    omits: tuple[str, ...] = ()


class Strike(NamedTuple):
    """Which requests a scenario strikes, and how.

    *operation* is ``submit``, ``poll`` or ``download``. Its requests are counted for each job, those of
    ``submit`` for each prompt in an account, and those from the *first* to the *last* are struck, None
    for all from the first on. With *makes_job* a submission is carried out before its answer is struck.
    """

    operation: str
    action: Action
    first: int = 1
    last: int | None = None
    makes_job: bool = False


class Scenario(NamedTuple):
    """One entry of the catalogue: *text* says in one sentence what happens, *reason* why it is there.

    A lifecycle scenario has a *course*, any other a *strike*.
    """

    name: str
    kind: Kind
    text: str
    reason: str
    course: Course | None = None
    strike: Strike | None = None
