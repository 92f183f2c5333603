"""The target of a run: whether it is an emulator, which may be controlled, or a live API, which may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from contracts.document import Contract
from contracts.errors import ContractError
from contracts.exchange import Exchange, Sent
from contracts.passing import ACCOUNT, CLOCK
from contracts.printable import one_line
from contracts.reading import json_object
from contracts.transport import Transport
from contracts.verdict import SHOWN_CHARACTERS

EMULATOR = "wan-mock"
LISTS = ("models", "list", "usage")
KEYED = 1  # the first of them that wants a key
REFUSED = {401, 403}


class TargetError(ContractError):
    """The target cannot be checked; the message, one line, says why and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The API at *url*; an emulator runs under *policies* (name to value), None where nobody tells."""

    url: str
    is_emulator: bool
    policies: Mapping[str, str] | None


def look_at(transport: Transport, url: str, *, is_trusted: bool) -> Target:
    """Return what is at *url*: an emulator when it says so, and is on loopback or *is_trusted*; else a live API.

    Raises:
        TargetError: nothing at *url* answers as an API does.
    """
    exchange = transport.send(Sent(operation="control", method="GET", target=CLOCK))
    if exchange.answer is None:
        raise TargetError(f"{url}: {_unanswered(exchange)}")
    clock = json_object(exchange.answer)
    says_so = exchange.answer.status == 200 and (clock or {}).get("emulator") == EMULATOR
    if not says_so or not (is_trusted or is_on_loopback(url)):
        return Target(url=url, is_emulator=False, policies=None)
    account = transport.send(Sent(operation="control", method="GET", target=ACCOUNT)).answer
    told = None if account is None else json_object(account)
    policies = (told or {}).get("policies")
    if not isinstance(policies, dict):
        raise TargetError(f"{url}: the emulator does not tell of its account; is the key let in?")
    return Target(url=url, is_emulator=True, policies=policies)


def assert_api(transport: Transport, url: str, contract: Contract) -> None:
    """Look whether at least one of the lists that cost nothing is answered as an API of the contract answers.

    Raises:
        TargetError: none is; what was answered instead, and what would do.
    """
    operations = [contract.api.operations[name] for name in LISTS]
    seen = [
        transport.send(Sent(operation=one.id, method=one.method, target=one.path))
        for one in operations
    ]
    refused = [one for one in seen if one.answer is not None and one.answer.status in REFUSED]
    if refused and not any(map(_is_of_the_api, seen[KEYED:])):
        raise TargetError(
            f"{url}: {_told(refused[-1])}; --api-key with a key that is let in would do"
        )
    if not any(map(_is_of_the_api, seen)):
        raise TargetError(f"{url}: {_strange(seen[0])}")


def signs_of_life(contract: Contract) -> tuple[Sent, ...]:
    """Return requests that any API answers, with whatever it may be."""
    operations = [contract.api.operations[name] for name in LISTS]
    return tuple(Sent(operation="probe", method=one.method, target=one.path) for one in operations)


def _is_of_the_api(exchange: Exchange) -> bool:
    body = None if exchange.answer is None else json_object(exchange.answer)
    return body is not None and isinstance(body.get("data"), list)


def _unanswered(exchange: Exchange) -> str:
    """Return why *exchange* has no answer, and what would do."""
    trouble = one_line(f"{exchange.trouble}")
    if "CERTIFICATE" in trouble:
        return f"{trouble}; SSL_CERT_FILE=FILE names a certificate to trust"
    if "Timeout" in trouble:
        return f"no answer within {exchange.seconds:.1f} s; does something else listen there?"
    return f"{trouble}; is it running, and is that its address?"


def _strange(exchange: Exchange) -> str:
    """Return what is wrong with *exchange*, which is not of the API."""
    if exchange.answer is None:
        return _unanswered(exchange)
    if "location" in exchange.answer.headers:
        there = one_line(exchange.answer.headers["location"])[:SHOWN_CHARACTERS]
        return f"{_told(exchange)} with a redirect to {there}, which is not followed"
    kind = one_line(exchange.answer.media_type) or "no content type"
    return f"{_told(exchange)} with {kind}, and no list as the API has it; is that its root?"


def _told(exchange: Exchange) -> str:
    assert exchange.answer is not None
    return f"{exchange.sent.method} {exchange.sent.target} is answered {exchange.answer.status}"


def is_on_loopback(url: str) -> bool:
    """Tell whether *url* names this machine by its spelling alone, without asking anybody."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
