"""An entry of the journal as people and programs read it, made when it is read; without secrets."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_server.clock import timestamp
from mock_server.exchange import Exchange
from mock_server.intake.finding import ON_TRUST, Origin
from mock_server.problems import Violation
from mock_server.redaction import Redaction
from mock_server.scenarios.catalogue import SCENARIOS

SUBMIT, UPLOAD = "submit", "upload"
IDEMPOTENCY_KEY = b"idempotency-key"

# The rules behind refusals that name no broken field.
RULES: Mapping[str, str] = {
    "insufficient_credits": "CREDIT",
    "invalid_signature": "OUT-URL",
    "job_not_found": "JOB-UNKNOWN",
    "model_not_found": "REQ-MODEL",
    "range_not_satisfiable": "OUT-DOWNLOAD",
    "rate_limit_exceeded": "LIMIT-RPM",
    "request_too_large": "REQ-SIZE",
    "unsupported_media_type": "REQ-JSON",
    "url_expired": "OUT-URL",
}


class JournalPage:
    """Renders exchanges; *redaction* takes the secrets out."""

    def __init__(self, redaction: Redaction) -> None:
        """Render without what *redaction* knows as secret."""
        self._redaction = redaction

    def entry(self, exchange: Exchange) -> dict[str, Any]:
        """Return all that is known of *exchange*."""
        answer = exchange.answer
        sent = exchange.received if exchange.received is not None else _announced(exchange)
        body = b"" if answer is None else bytes(answer.body)
        return {
            **self.line(exchange),
            "request": {
                "headers": self._headers(exchange.headers),
                **self._body(exchange.sent, sent),
            },
            "answer": {
                "headers": self._headers(_answered(exchange)),
                **self._body(body, exchange.answered),
            },
        }

    def line(self, exchange: Exchange) -> dict[str, Any]:
        """Return what is known of *exchange* without headers and bodies."""
        text = self._redaction.text
        scenario, fault = struck_by(exchange)
        violations = violations_of(exchange)
        return {
            "id": exchange.request_id,
            "at": timestamp(exchange.at),
            "operation": exchange.operation,
            "method": text(exchange.method),
            "path": text(exchange.path),
            "query": text(exchange.query.decode("latin-1")),
            "status": exchange.status,
            "milliseconds": round(exchange.took / 1e6, 3),
            "job_id": None if exchange.job_id is None else text(exchange.job_id),
            "scenario": scenario,
            "fault": fault,
            "rules": rules_of(exchange),
            "violations": [
                {
                    "rule": broken.rule,
                    "pointer": text(broken.pointer),
                    "message": text(broken.message),
                }
                for broken in violations
            ],
            "notes": [text(note) for note in _notes(exchange)],
            "near": exchange.near,
        }

    def without_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON *value* without keys; its signed URLs stay good."""
        redacted: dict[str, Any] = self._redaction.value(value)
        return redacted

    def _headers(self, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
        """Return *headers* by name; what is sent several times stands together, as HTTP reads it."""
        shown: dict[str, str] = {}
        for raw, value in headers:
            name = raw.decode("latin-1").lower()
            told = self._redaction.header(name, value.decode("latin-1"))
            name = self._redaction.text(name)
            shown[name] = f"{shown[name]}, {told}" if name in shown else told
        return shown

    def _body(self, content: bytes, size: int) -> dict[str, Any]:
        is_cut = 0 < len(content) < size
        text = _text(content, is_cut=is_cut)
        return {
            "body": None if text is None else self._redaction.text(text),
            "bytes": size,
            "is_cut": is_cut and text is not None,
        }


def struck_by(exchange: Exchange) -> tuple[str | None, str | None]:
    """Return the names of the scenario and of the fault that did something to the answer."""
    striker = None if exchange.answer is None else exchange.answer.struck_by
    return (striker, None) if striker in SCENARIOS else (None, striker)


def rules_of(exchange: Exchange) -> list[str]:
    """Return the ids of the rules that the request broke, each once."""
    rules = dict.fromkeys(broken.rule for broken in violations_of(exchange))
    rule = RULES.get(exchange.code or "")
    return [*rules] or ([] if rule is None else [rule])


def violations_of(exchange: Exchange) -> list[Violation]:
    """Return what the request broke: what it was refused for, or for what its job will fail."""
    if exchange.job is None or exchange.operation != SUBMIT:
        return [*exchange.violations]
    faults = (found.fault for found in exchange.job.findings)
    return [fault.violation for fault in faults if fault is not None]


def _notes(exchange: Exchange) -> Iterator[str]:
    if exchange.answer is None:
        yield "the client left before there was an answer"
    elif exchange.status is None:
        yield "the connection was ended without an answer"
    if exchange.operation != SUBMIT:
        return
    if any(name == IDEMPOTENCY_KEY for name, _ in exchange.headers):
        yield "Idempotency-Key is ignored (REQ-EXTRA): sent twice, the request makes two jobs"
    for found in exchange.job.findings if exchange.job is not None else ():
        if found.origin is Origin.ELSEWHERE:
            yield f"{found.pointer} is {ON_TRUST}"


def _announced(exchange: Exchange) -> int:
    """Return how many bytes the body is said to have, which nobody read."""
    for name, value in exchange.headers:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def _answered(exchange: Exchange) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers of the answer, as far as the emulator and not its server sends them."""
    answer = exchange.answer
    if exchange.status is None or answer is None:
        return
    yield b"x-request-id", exchange.request_id.encode()
    if answer.content_type is not None:
        yield b"content-type", answer.content_type.encode("latin-1")
        yield b"content-length", b"%d" % exchange.length
    for name, value in answer.headers:
        yield name.encode(), value.encode("latin-1")


def _text(content: bytes, *, is_cut: bool) -> str | None:
    """Return *content* as text, None where it is none; of one that is cut a half character is left out."""
    if not content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        if is_cut and error.reason == "unexpected end of data":
            return content[: error.start].decode()
        return None
