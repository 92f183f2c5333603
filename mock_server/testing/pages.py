"""What the control interface tells of accounts, jobs, faults and requests, as types: dictionaries that JSON carries."""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

Balance = float | Literal["unlimited"]
ClockName = Literal["real", "manual", "skip"]


class ErrorPage(TypedDict):
    """Why a job fails: the provider's own code comes first in the message."""

    code: str
    type: str
    message: str


class PlanPage(TypedDict):
    """How a job is to go; *ends_after_seconds* is None for one that never ends."""

    starts_after_seconds: float
    ends_after_seconds: float | None
    progress_at_end: float
    error: ErrorPage | None


class Change(TypedDict):
    """When (RFC 3339, UTC, on the account's clock) a job gets a status."""

    at: str
    status: str


class PricePage(TypedDict):
    """What a job costs if it completes: *rate* is US dollars per second as the price list has it, *amount* US dollars."""

    tier: str
    rule: str
    rate: str
    seconds: float
    amount: float
    currency: str


class VideoPage(TypedDict):
    """What the video of a job is like; *own_picture* and *own_sound* tell whether the user's media are in it."""

    width: int
    height: int
    fps: int
    frames: int
    sound: bool
    own_picture: bool
    own_sound: bool


class ViolationPage(TypedDict):
    """A broken rule of a request: *pointer* (a JSON Pointer) is the place."""

    rule: str
    pointer: str
    message: str


class MessagePage(TypedDict):
    """A request or an answer: *body* is None where it is no text, and may be cut; *bytes* is its whole size."""

    headers: Mapping[str, str]
    body: str | None
    bytes: int
    is_cut: bool


class AccountPage(TypedDict):
    """The money (US dollars) and the settings of an account."""

    account: str
    balance: Balance
    held: float
    spent: float
    rpm: int
    latency: str | float
    scenario: str | None
    policies: dict[str, str]


class ClockPage(TypedDict):
    """The time of an account (RFC 3339, UTC), and how its clock runs."""

    emulator: str
    mode: ClockName
    now: str


class ActionFields(TypedDict, total=False):
    """What a fault does to an answer; see the page on scenarios and faults."""

    status: int
    body: Any
    headers: Mapping[str, str | None]
    delay_seconds: float
    reset: bool | Literal["body"]
    drop: bool
    truncate_bytes: int
    drip_bytes_per_second: float
    malformed: bool | Literal["body"]


class FaultFields(TypedDict, total=False):
    """What is asked of a fault: *operation* and *action*, or *scenario*."""

    operation: str
    action: ActionFields
    scenario: str
    times: int | None
    after: int
    probability: float
    seed: int
