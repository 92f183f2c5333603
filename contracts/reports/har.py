"""The exchanges of a run as an HTTP Archive (HAR 1.2), which browsers and proxies open; keys stand by name only."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from contracts.exchange import Answer, Exchange, Sent, key_pair
from contracts.reports.content import content_of
from contracts.reports.document import DISTRIBUTION
from contracts.reports.report import Report

HTTP = "HTTP/1.1"
UNKNOWN = -1
ANY_TYPE = "application/octet-stream"


def har(report: Report) -> str:
    """Return the archive of the exchanges of *report*.

    Their times are those of the clock that they were sent by, from the start of the run: on an emulator it is moved,
    and each pair of accounts has one of its own.
    """
    exchanges = report.exchanges
    begun = min((exchange.at for exchange in exchanges), default=0.0)
    entries = [
        _entry(exchange, report.started.target, report.at + timedelta(seconds=exchange.at - begun))
        for exchange in exchanges
    ]
    creator = {"name": DISTRIBUTION, "version": version(DISTRIBUTION)}
    log = {"version": "1.2", "creator": creator, "pages": [], "entries": entries}
    if report.left_out:
        log["comment"] = f"{report.left_out} exchanges that came later are left out"
    return json.dumps({"log": log}) + "\n"


def _entry(exchange: Exchange, base: str, at: datetime) -> dict[str, Any]:
    milliseconds = round(exchange.seconds * 1000, 3)
    entry = {
        "startedDateTime": at.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange.sent, base),
        "response": _nothing() if exchange.answer is None else _response(exchange.answer),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_operation": exchange.sent.operation,
        "_key": exchange.sent.key,
    }
    return entry if exchange.trouble is None else {**entry, "_error": exchange.trouble}


def _request(sent: Sent, base: str) -> dict[str, Any]:
    url = urljoin(f"{base.rstrip('/')}/", sent.target)
    headers = [*sent.headers]
    if sent.key is not None:
        headers.append(key_pair(sent.key_header, f"[{sent.key}]"))
    request = {
        "method": sent.method,
        "url": url,
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(headers),
        "queryString": _pairs(parse_qsl(urlsplit(url).query, keep_blank_values=True)),
        "headersSize": UNKNOWN,
        "bodySize": len(sent.body or b""),
    }
    return request if sent.body is None else {**request, "postData": _posted(sent, sent.body)}


def _posted(sent: Sent, body: bytes) -> dict[str, Any]:
    content = content_of(body)
    posted = {
        "mimeType": sent.content_type or ANY_TYPE,
        "text": content.text or content.base64 or "",
    }
    if content.base64 is not None:
        posted["_encoding"] = "base64"
    return {**posted, **_cut(content.is_cut)}


def _response(answer: Answer) -> dict[str, Any]:
    content = content_of(answer.body)
    told: dict[str, Any] = {"size": content.size, "mimeType": answer.media_type or ANY_TYPE}
    if content.text is not None:
        told["text"] = content.text
    elif content.base64 is not None:
        told |= {"text": content.base64, "encoding": "base64"}
    return {
        "status": answer.status,
        "statusText": _phrase(answer.status),
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(answer.headers.items()),
        "content": {**told, **_cut(content.is_cut)},
        "redirectURL": answer.headers.get("location", ""),
        "headersSize": UNKNOWN,
        "bodySize": content.size,
    }


def _nothing() -> dict[str, Any]:
    """Return what stands for an answer that never came, as browsers write it."""
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": ANY_TYPE},
        "redirectURL": "",
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _cut(is_cut: bool) -> dict[str, str]:  # noqa: FBT001 - the only thing there is to say
    return {"comment": "the body is longer than the archive has of it"} if is_cut else {}


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
