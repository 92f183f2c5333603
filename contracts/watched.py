"""A transport that notices when the target is gone, so that a run does not go on to blame every rule on that."""

from collections.abc import Sequence

from contracts.exchange import Exchange, Sent
from contracts.target import TargetError
from contracts.transport import Transport


class Watched:
    """Sends by *transport* to the API at *url*; *signs* of life, requests that change nothing, are asked for in doubt."""

    def __init__(self, transport: Transport, url: str, signs: Sequence[Sent]) -> None:
        """Watch what comes back."""
        self._transport = transport
        self._url = url
        self._signs = signs

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*.

        Raises:
            TargetError: it was not answered, and nothing else is any more.
        """
        exchange = self._transport.send(sent)
        if exchange.answer is None and not self._is_alive():
            raise TargetError(
                f"{self._url}: nothing is answered any more, as {sent.method} {sent.target} was not"
                f" ({exchange.trouble}); is it still running?"
            )
        return exchange

    def _is_alive(self) -> bool:
        return any(self._transport.send(sign).answer is not None for sign in self._signs)
