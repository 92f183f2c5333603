"""The requests of Schemathesis' cases, as far as every gateway lets them pass."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Request
from schemathesis import Case

from contracts.document import Contract
from contracts.exchange import JSON, MAIN, Sent
from contracts.opinion.conformance import ORIGIN
from contracts.reading import fields_of
from contracts.routes import Routes
from contracts.script import Call, OnJob, Step, Submit
from contracts.strictness import flaw_of, levels_of

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
BODILESS = frozenset({"GET", "HEAD"})
CONTENT_TYPE = "content-type"
MOST_BYTES = 1 << 20
MOST_LEVELS = 100
MOST_CHARACTERS = 2000
SEGMENT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
STRANGE = re.compile(r"[^A-Za-z0-9_.-]+")
PRINTABLE = re.compile(r"[ -~]*")
MEDIUM = re.compile(r"data:[^,]*,|bunny://", re.IGNORECASE)
ELSEWHERE = "https://media.example/of-a-case"
SLASH = re.compile(
    r"%2f|%5c", re.IGNORECASE
)  # gateways read it as a slash, as a letter, or not at all
NUL = re.compile(rb"\x00|\\u0000")
DRAWN = re.compile(r"(?<=boundary=)[^;]+")
BOUNDARY = "wan-mock-opinion-7c1f0b52"
FORM = "multipart/form-data"


class Requests:
    """Makes requests of cases for a target of *contract*."""

    def __init__(self, contract: Contract) -> None:
        """Ask the operations of *contract*."""
        self._contract = contract
        self._routes = Routes(contract.api)

    def of(self, case: Case[Any], operation: str) -> Sent | None:
        """Return the request of *case* for *operation*; None where a gateway may answer it by itself."""
        try:
            prepared = self._prepared(case)
        except Exception:  # a case that cannot be written, in whatever way
            return None
        known = self._contract.api.operations[operation]
        content_type, body = (None, None) if case.method in BODILESS else _content(prepared)
        sent = Sent(
            operation=operation,
            method=prepared.method or "",
            target=(prepared.url or "").removeprefix(ORIGIN),
            key=None if known.key == "none" else MAIN,
            headers=() if content_type is None else ((CONTENT_TYPE, content_type),),
            body=body,
        )
        return sent if self._is_plain(sent) and self._routes.operation(sent) == operation else None

    def _prepared(self, case: Case[Any]) -> PreparedRequest:
        case.path_parameters = {
            name: _segment(name, value, self._contract.api.path_examples)
            for name, value in (case.path_parameters or {}).items()
        }
        case.body = _without_media(case.body)
        kwargs = case.as_transport_kwargs(base_url=ORIGIN)
        return Request(**{**kwargs, "cookies": {}}).prepare()

    def _is_plain(self, sent: Sent) -> bool:
        """Tell whether *sent* reaches an API behind any gateway as it is."""
        path = urlsplit(sent.target).path
        return (
            sent.method in METHODS
            and len(sent.target) <= MOST_CHARACTERS
            and all(SEGMENT.fullmatch(segment) for segment in path.split("/")[1:])
            and PRINTABLE.fullmatch(sent.target) is not None
            and SLASH.search(sent.target) is None
            and all(PRINTABLE.fullmatch(value) for _, value in sent.headers)
            and len(sent.body or b"") <= MOST_BYTES
            and not _has_nul(sent)
            and _levels(sent) <= MOST_LEVELS
        )


def step_of(sent: Sent, names: Mapping[str, str]) -> Step:
    """Return the step that sends *sent*: by name where it makes a job, or is about one of *names* (id by name)."""
    if sent.operation == "submit" and sent.headers == ((CONTENT_TYPE, JSON),):
        fields = fields_of(sent)
        if fields is not None and flaw_of(sent.body or b"", MOST_LEVELS) is None:
            return Submit(fields=fields, job=f"job{len(names) + 1}", key=sent.key)
    if sent.operation in {"job", "cancel"}:
        for name, id_ in names.items():
            if id_ in sent.target.split("/"):
                return OnJob(operation=sent.operation, job=name, key=sent.key)
    return Call(sent)


def _without_media(value: Any) -> Any:
    """Return *value* with URLs for what is a medium by itself, since nobody knows what would be wrong with that."""
    match value:
        case str() if MEDIUM.match(value):
            return ELSEWHERE
        case dict():
            return {name: _without_media(one) for name, one in value.items()}
        case list():
            return [_without_media(one) for one in value]
        case _:
            return value


def _segment(name: str, value: object, examples: Mapping[str, str]) -> str:
    """Return *value* for a path, without what is no part of an id there."""
    text = STRANGE.sub("", str(value)).strip(".")
    if "." not in examples.get(name, ""):
        text = text.replace(".", "")
    return text or "x"


def _content(prepared: PreparedRequest) -> tuple[str | None, bytes | None]:
    """Return the type of the body and the body, with a boundary that is the same each time.

    No other header is sent: the keys are the transport's own.
    """
    found, body = prepared.headers.get(CONTENT_TYPE), prepared.body
    said = found.decode("latin-1") if isinstance(found, bytes) else found
    content = body.encode() if isinstance(body, str) else body
    assert content is None or isinstance(content, bytes), "a body that is read from somewhere"
    drawn = DRAWN.search(said or "")
    if said is None or drawn is None:
        return said, content
    content = (content or b"").replace(drawn[0].encode("latin-1"), BOUNDARY.encode())
    return said.replace(drawn[0], BOUNDARY), content


def _has_nul(sent: Sent) -> bool:
    """Tell whether there is a NUL in *sent*, other than in a file."""
    is_file = (sent.content_type or "").startswith(FORM)
    return "%00" in sent.target or (not is_file and NUL.search(sent.body or b"") is not None)


def _levels(sent: Sent) -> int:
    """Return how deep the body of *sent* is nested, 0 where it is no JSON."""
    try:
        return levels_of(json.loads(sent.body or b""))
    except ValueError:
        return 0
    except RecursionError:
        return MOST_LEVELS + 1
