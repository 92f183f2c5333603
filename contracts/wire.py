"""A transport over HTTP, for everything that has a URL."""

import time
from urllib.parse import urljoin, urlsplit

import httpx

from contracts.exchange import Answer, Exchange, Sent
from contracts.keys import Keys

USER_AGENT = "wan-mock-check"
CONTROL = "control"
TOKEN_HEADER = "x-mock-token"  # noqa: S105 - the name of a header


def client_for(*, timeout: float) -> httpx.Client:
    """Return a client that follows no redirect, reads no environment, and waits *timeout* seconds for each piece."""
    return httpx.Client(
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
        self, client: httpx.Client, url: str, keys: Keys, *, control_token: str | None = None
    ) -> None:
        """Send by *client*, one from `client_for`, with *keys*; calls of the control interface get *control_token*."""
        self.url = url.rstrip("/")
        self._client = client
        self._keys = keys
        self._token = () if control_token is None else ((TOKEN_HEADER, control_token),)

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*; an answer that does not come whole gives none."""
        url = urljoin(f"{self.url}/", sent.target)
        is_own = urlsplit(url)[:2] == urlsplit(self.url)[:2]
        key = () if sent.key is None or not is_own else self._keys.header(sent.key)
        token = self._token if is_own and sent.operation == CONTROL else ()
        at = time.monotonic()
        try:
            response = self._client.request(
                sent.method, url, headers=[*key, *token, *sent.headers], content=sent.body
            )
            answer, trouble = _answer(response), None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer, trouble = None, f"{type(error).__name__}: {error}"
        seconds = time.monotonic() - at
        return Exchange(sent=sent, answer=answer, trouble=trouble, at=at, seconds=seconds)


def _answer(response: httpx.Response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, response.content)
