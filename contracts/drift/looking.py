"""Looking at what an API publishes: a GET that ends in time, reads so much and no more, and follows nothing."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from threading import Thread
from typing import Any, NoReturn

import httpx

from contracts.drift.errors import LookError
from contracts.drift.values import printable
from contracts.site import Site

MOST_BYTES = 8_000_000
MOST_LEVELS = 100
AGENT = {"user-agent": "wan-mock-drift"}
Answer = tuple[httpx.Response, bytes]


def look(site: Site, path: str) -> Any:
    """Return the JSON that *site* answers to a GET of *path*.

    Raises:
        LookError: it does not answer in time, or not 200, or not with JSON.
    """
    try:
        response, body = _in_time(lambda: _answer(site, path), site.timeout)
    except (TimeoutError, httpx.TimeoutException):
        raise LookError(f"does not answer within {site.timeout:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise LookError(f"cannot be reached: {printable(str(error))}") from None
    if response.has_redirect_location:
        there = printable(response.headers["location"])
        raise LookError(f"redirects to {there}, which is not followed", response.status_code)
    if response.status_code in {401, 403}:
        raise LookError(
            f"answers {response.status_code}; does it want another --api-key?", response.status_code
        )
    if response.status_code != 200:
        raise LookError(f"answers {response.status_code}", response.status_code)
    try:
        found = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        said = printable(response.headers.get("content-type", "nothing"))
        raise LookError(f"answers no JSON (it says {said})", response.status_code) from None
    if _is_deep(found):
        raise LookError(f"nests more than {MOST_LEVELS} levels", response.status_code)
    return found


def _in_time(work: Callable[[], Answer], seconds: float) -> Answer:
    """Return what *work* returns; a server that sends a little now and then keeps a client waiting for ever.

    Raises:
        TimeoutError: it takes longer than *seconds*.
    """
    done: Future[Answer] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    Thread(target=run, name="wan-mock-drift", daemon=True).start()
    return done.result(seconds)


def _answer(site: Site, path: str) -> Answer:
    key = {} if site.api_key is None else {"authorization": f"Bearer {site.api_key}"}
    headers = {"accept": "application/json", "accept-encoding": "identity", **AGENT, **key}
    body = bytearray()
    # What the environment says of proxies and passwords is no part of the question.
    with (
        httpx.Client(timeout=site.timeout, trust_env=False) as client,
        client.stream("GET", f"{site.url}{path}", headers=headers) as response,
    ):
        for piece in response.iter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                raise LookError(f"answers more than {MOST_BYTES} bytes", response.status_code)
    return response, bytes(body)


def _is_deep(value: Any) -> bool:
    """Tell whether *value* nests further than a comparison should follow it."""
    nests = _nests([value])
    for _ in range(MOST_LEVELS):
        nests = _nests(
            inner for one in nests for inner in (one.values() if isinstance(one, dict) else one)
        )
    return bool(nests)


def _nests(values: Iterable[Any]) -> list[dict[str, Any] | list[Any]]:
    return [value for value in values if isinstance(value, dict | list)]


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
