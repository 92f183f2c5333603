"""What holds for every model of the API: operations, errors and limits."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from contracts.rule import Provenance


class Query(NamedTuple):
    """A query parameter of an operation, with the JSON Schema of its value."""

    name: str
    description: str
    schema: Mapping[str, Any]
    required: bool = False


class Operation(NamedTuple):
    """A method on a path, who may call it, what it takes and what it answers.

    *key* is ``required``, ``optional`` (a bad key is still refused) or ``none``. *answer_schema* names a
    schema of the API; an operation without one answers *media_type*. *also* has what else
    a request of a special kind may be answered with, by status. *rule* owns a bad query. *form* is the part of a
    ``multipart/form-data`` body that has the file.
    """

    id: str
    method: str
    path: str
    summary: str
    provenance: Provenance
    key: str
    status: int
    answer_schema: str | None
    media_type: str
    errors: tuple[int, ...]
    also: Mapping[int, str] = MappingProxyType({})
    query: tuple[Query, ...] = ()
    rule: str | None = None
    policy: str | None = None
    takes_body: bool = False
    form: str | None = None
    allows_head: bool = False


class ErrorKind(NamedTuple):
    """A code of the error table, with its HTTP status and the envelope's ``type``."""

    status: int
    code: str
    type: str
    provenance: Provenance


class Limits(NamedTuple):
    """The API's numbers: requests, seconds, bytes, pixels and levels of nesting.

    What begins with *fetch* and *decode* bounds a look at the media of a request: from a loopback URL, and in all.
    """

    requests_per_minute: int
    rate_window_seconds: int
    max_body_bytes: int
    max_depth: int
    job_retention_seconds: int
    url_lifetime_seconds: int
    file_retention_seconds: int
    max_upload_bytes: int
    upload_quota_bytes: int
    fetch_seconds: int
    fetch_bytes: int
    decode_seconds: int
    decode_pixels: int
    decode_memory_bytes: int


class Api(NamedTuple):
    """The API as a whole.

    *operations* and *errors* are keyed by id and code, *path_examples* by the name in a path's braces.
    """

    title: str
    base_url: str
    key_prefix: str
    key_variable: str
    limits: Limits
    operations: Mapping[str, Operation]
    path_examples: Mapping[str, str]
    schemas: Mapping[str, Any]
    errors: Mapping[str, ErrorKind]
