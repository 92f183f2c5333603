"""A transport over HTTP, for everything that has a URL."""

import ssl
import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import certifi
import httpx

from contracts.exchange import Answer, Exchange, Sent
from contracts.keys import Keys

USER_AGENT = "wan-mock-check"
CONTROL = "control"
TOKEN_HEADER = "x-mock-token"  # noqa: S105 - the name of a header


def client_for(*, timeout: float) -> httpx.Client:
    """Return a client that follows no redirect and no proxy, and waits *timeout* seconds for each piece.

    It trusts whom the machine trusts, ``SSL_CERT_FILE`` included, and whom browsers do.
    """
    trusted = ssl.create_default_context()
    trusted.load_verify_locations(certifi.where())
    return httpx.Client(
        verify=trusted,
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": USER_AGENT},
    )


class HttpTransport:
    """Sends requests to the API at *url*, its root.

    A key goes to the origin of *url* and nowhere else.
    """

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        keys: Keys,
        *,
        control_token: str | None = None,
        patience: Callable[[], float] | None = None,
    ) -> None:
        """Send by *client*, one from `client_for`, with *keys*; calls of the control interface get *control_token*.

        *patience* tells how many seconds an answer may take as a whole, now.
        """
        self.url = url.rstrip("/")
        self._client = client
        self._keys = keys
        self._patience = patience
        self._token = () if control_token is None else ((TOKEN_HEADER, control_token),)

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*; an answer that does not come whole gives none."""
        url = urljoin(f"{self.url}/", sent.target)
        is_own = urlsplit(url)[:2] == urlsplit(self.url)[:2]
        key = () if sent.key is None or not is_own else self._keys.header(sent.key, sent.key_header)
        token = self._token if is_own and sent.operation == CONTROL else ()
        at = time.monotonic()
        try:
            answer, trouble = self._answer(sent, url, [*key, *token, *sent.headers]), None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer, trouble = None, f"{type(error).__name__}: {error}"
        seconds = time.monotonic() - at
        return self._keys.hidden(
            Exchange(sent=sent, answer=answer, trouble=trouble, at=at, seconds=seconds)
        )

    def _answer(self, sent: Sent, url: str, headers: list[tuple[str, str]]) -> Answer:
        """Return the whole answer.

        Raises:
            httpx.HTTPError: it does not come whole, or not in time.
        """
        begun, body = time.monotonic(), bytearray()
        most = None if self._patience is None else self._patience()
        timeout = self._client.timeout if most is None else httpx.Timeout(most)
        with self._client.stream(
            sent.method, url, headers=headers, content=sent.body, timeout=timeout
        ) as response:
            for piece in response.iter_bytes():
                body += piece
                if most is not None and time.monotonic() - begun > most:
                    raise httpx.ReadTimeout(f"the answer was not over after {most:.1f} s")
        told = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, told, bytes(body))
