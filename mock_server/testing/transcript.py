"""What a client did, to be read under a test that failed: the latest requests of its account, within bounds."""

from collections.abc import Iterator, Sequence
from itertools import chain

from mock_server.testing.pages import MessagePage
from mock_server.testing.requests import RequestView

MOST_REQUESTS = 20
MOST_CHARACTERS = 400  # of a body


def transcript(requests: Sequence[RequestView]) -> str:
    """Return what was sent, what was answered and which rule it broke, for the newest of *requests*, which come first."""
    shown = requests[:MOST_REQUESTS]
    left_out = len(requests) - len(shown)
    head = [f"… {left_out} earlier requests"] if left_out else []
    return "\n".join(chain(head, *map(_lines, reversed(shown)))) or "no request"


def _lines(exchange: RequestView) -> Iterator[str]:
    query = f"?{exchange.query}" if exchange.query else ""
    yield f"{exchange.method} {exchange.path}{query}{_body(exchange.request)}"
    status = "no answer" if exchange.status is None else exchange.status
    yield f"  {status}{_body(exchange.answer)}"
    for broken in exchange.violations:
        yield f"  broke {broken['rule']} at {broken['pointer'] or 'the body'}: {broken['message']}"
    told = {broken["rule"] for broken in exchange.violations}
    yield from (f"  broke {rule}" for rule in exchange.rules if rule not in told)
    struck_by = exchange.scenario or exchange.fault
    if struck_by is not None:
        yield f"  struck by {struck_by}"
    yield from (f"  {note}" for note in exchange.notes)
    if exchange.near is not None:
        yield f"  near to {exchange.near}"


def _body(message: MessagePage) -> str:
    """Return what to show of a body, on one line."""
    if message["body"] is None:
        return f" ({message['bytes']:,} bytes)" if message["bytes"] else ""
    text = " ".join(message["body"].split())
    is_cut = message["is_cut"] or len(text) > MOST_CHARACTERS
    return f" {text[:MOST_CHARACTERS]}{' …' if is_cut else ''}"
