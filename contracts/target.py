"""The target of a run: whether it is an emulator, which may be controlled, or a live API, which may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from contracts.errors import ContractError
from contracts.exchange import Sent
from contracts.passing import ACCOUNT, CLOCK
from contracts.reading import json_object
from contracts.transport import Transport

EMULATOR = "wan-mock"


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
        raise TargetError(f"{url}: {exchange.trouble}; is it running, and is that its address?")
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


def is_on_loopback(url: str) -> bool:
    """Tell whether *url* names this machine by its spelling alone, without asking anybody."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
