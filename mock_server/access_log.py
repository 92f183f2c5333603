"""The access log: one line a request, as text or JSON, without secrets."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from starlette.types import Scope

from mock_server.clock import timestamp
from mock_server.exchange import Exchange
from mock_server.journal_page import rules_of
from mock_server.redaction import Redaction

PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class AccessLog:
    """Writes a line about every request; who reads it slowly from a pipe holds up the emulator."""

    def __init__(
        self,
        form: str,
        redaction: Redaction,
        *,
        time: Callable[[], int],
        write: Callable[[str], object],
    ) -> None:
        """Hand each line, ``text`` or ``json`` in *form*, to *write*; *time* gives the machine's time, whatever the clocks of accounts."""
        self._line = _as_json if form == "json" else _as_text
        self._redaction = redaction
        self._time = time
        self._write = write

    def write(self, scope: Scope, exchange: Exchange, account: str | None) -> None:
        """Write the line of *exchange*, the request of *scope* by *account*."""
        answer, text = exchange.answer, self._redaction.text
        self._write(
            self._line(
                {
                    "time": timestamp(self._time()),
                    "method": text(scope["method"]),
                    "path": text(_target(scope)),
                    "status": exchange.status,
                    "milliseconds": round(exchange.took / 1e6, 3),
                    "request_id": exchange.request_id,
                    "account": None if account is None else text(account),
                    "job_id": None if exchange.job_id is None else text(exchange.job_id),
                    "rules": rules_of(exchange),
                    "struck_by": None if answer is None else answer.struck_by,
                }
            )
        )


def to_standard_error(line: str) -> None:
    """Write *line* to standard error, where there is one and somebody reads it."""
    if sys.stderr is None:
        return
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(line)


def _target(scope: Scope) -> str:
    """Return path and query as they are in the request line; nothing in it can end the line or paint it."""
    query = scope["query_string"].decode("latin-1")
    target = quote(scope["path"], errors="replace") + (f"?{query}" if query else "")
    return quote(target, safe=PRINTABLE)


def _as_json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=True) + "\n"


def _as_text(fields: dict[str, Any]) -> str:
    """Return what an access log has everywhere, and then each thing that is known by its name."""
    status = "---" if fields["status"] is None else fields["status"]
    words = [
        fields["time"],
        fields["method"],
        fields["path"],
        str(status),
        f"{fields['milliseconds']:.3f}ms",
        fields["request_id"],
        *(f"{name}={_word(fields[name])}" for name in NAMED if fields[name]),
    ]
    return " ".join(words) + "\n"


NAMED = ("account", "job_id", "rules", "struck_by")


def _word(value: str | Iterable[str]) -> str:
    text = value if isinstance(value, str) else ",".join(value)
    return quote(text, safe=PRINTABLE)
