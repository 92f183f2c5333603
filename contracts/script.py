"""Scripts: what to do, step by step, with names in place of ids that only the target knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.exchange import MAIN, Headers, Sent

ETAG = "{etag}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """Submit *fields*; the job that may come of it is called *job*.

    *files* names the uploads whose paths stand in further fields, by field.
    """

    fields: Mapping[str, Any]
    job: str = "job"
    key: str | None = MAIN
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnJob:
    """Do *operation* - ``job``, a poll, or ``cancel`` - to the job called *job*, with the key called *key*.

    Neither takes a body; *body* is one that is sent nevertheless, with *headers*.
    """

    operation: str
    job: str = "job"
    key: str | None = MAIN
    headers: Headers = ()
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """Ask for the video of the job, or for the upload, called *job*: by *method*, with *headers*, its URL changed by *spoil*.

    *spoil* replaces the first text by the second, once. *signed* takes the URL that was signed last, not the first one.
    `ETAG` in *headers* stands for the tag of the video, which must have been downloaded before.
    """

    job: str = "job"
    method: str = "GET"
    headers: Headers = ()
    spoil: tuple[str, str] | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Upload *content* as a file with the *name*; what comes of it is called *file*."""

    content: bytes = field(repr=False)
    name: str
    content_type: str
    file: str = "file"
    key: str | None = MAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Ask for a fresh URL of the video of the job, or of the upload, called *of*."""

    of: str = "job"
    key: str | None = MAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Tell an emulator to change: send *fields* to *path* under its control interface; nobody else gets it."""

    method: str
    path: str
    fields: Mapping[str, Any]
    key: str = MAIN


@dataclass(frozen=True, slots=True)
class Call:
    """Send a request that names nothing, as it is; the job that may come of it is called *job*."""

    sent: Sent
    job: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Let *seconds* pass; where time is the target's own, it is moved."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Poll the job called *job* until it ends, every *seconds*, *most* times at the most."""

    job: str = "job"
    seconds: float = 0.5
    most: int = 60
    key: str | None = MAIN


Step = Submit | OnJob | Follow | Download | Upload | Sign | Control | Call | Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Steps that belong together; *name* tells a person what they try, *rules* what they exercise."""

    name: str
    rules: tuple[str, ...]
    steps: tuple[Step, ...]
