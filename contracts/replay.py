"""Replay a script that broke a rule, and tell whether it still does."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from contracts.checks.catalogue import CHECKS
from contracts.document import Contract, load
from contracts.driver import Driver
from contracts.errors import ContractError
from contracts.exchange import MAIN
from contracts.history import History
from contracts.judge import Judge
from contracts.keys import LABEL, Keys
from contracts.model import MICROS
from contracts.money.guard import Guard
from contracts.money.ledger import Ledger
from contracts.opening import Opening
from contracts.opinion import NAME
from contracts.passing import RealTime
from contracts.script import Call, Script
from contracts.script_json import from_json
from contracts.target import look_at
from contracts.transport import Transport
from contracts.wire import HttpTransport, client_for

TIMEOUT_SECONDS = 30.0
FRESH_BYTES = 4

Connect = Callable[[Keys], Transport]


class ReplayError(ContractError):
    """The replay says nothing about the rule; the message tells why."""


def replay(
    script: Mapping[str, Any],
    rule: str,
    url: str,
    *,
    keys: Mapping[str, str | None],
    max_cost: str = "0",
    control_token: str | None = None,
) -> list[str]:
    """Carry out *script*, as `contracts.script_json` writes it, at *url*; return how *rule* is broken, a line each.

    On an emulator everything happens in accounts that nobody has used. On a live API nothing is sent that
    could exceed *max_cost*, in US dollars. *keys* are by name; one that is None is not there.

    Raises:
        ReplayError: the rule was not exercised, or a key for it is not there, so that there is nothing to tell.
        TargetError: there is no API at *url*.
        NotSentError: *max_cost* does not cover a request.
        ScriptError: *script* is none.
    """
    wanted, contract = from_json(script), load()
    given = {name: key for name, key in keys.items() if key}
    with client_for(timeout=TIMEOUT_SECONDS) as client, TemporaryDirectory() as folder:

        def connect(keys: Keys) -> Transport:
            return HttpTransport(client, url, keys, control_token=control_token)

        ledger = Ledger(Path(folder, "ledger"), int(Decimal(max_cost) * MICROS))
        is_trusted = control_token is not None
        driver = _driver(connect, contract, url, given, ledger, is_trusted=is_trusted)
        if not driver.judge.history.is_emulator:
            _assert_keys(wanted, given)
        if wanted.name == NAME:
            from contracts.opinion.opinion import judge_by_document  # noqa: PLC0415 - it takes long

            judge_by_document(driver, contract)
        return broken_by(driver, wanted, rule)


def broken_by(driver: Driver, script: Script, rule: str) -> list[str]:
    """Carry out *script* with *driver* and return how it breaks *rule*, a line each.

    Raises:
        ReplayError: the rule was not exercised.
    """
    found = [failure.verdict for failure in driver.run(script) if failure.verdict.rule == rule]
    coverage = driver.judge.coverage
    if not coverage.accepting[rule] and not coverage.refusing[rule]:
        raise ReplayError(f"{rule} was not exercised: {_last(driver)}")
    return [
        f"{rule} at {verdict.pointer or 'the answer'}: expected {verdict.expected}, received {verdict.received}"
        for verdict in found
    ]


def _assert_keys(script: Script, keys: Mapping[str, str]) -> None:
    names = [
        step.sent.key if isinstance(step, Call) else getattr(step, "key", None)
        for step in script.steps
    ]
    for name in filter(None, names):
        if name.partition(LABEL)[0] not in keys:
            raise ReplayError(f"the script needs the key called {name!r}, and there is none")


def _last(driver: Driver) -> str:
    exchanges = driver.recording.exchanges
    if not exchanges:
        return "nothing was sent"
    sent, answer = exchanges[-1].sent, exchanges[-1].answer
    told = exchanges[-1].trouble if answer is None else f"status {answer.status}"
    return f"the last request, {sent.method} {sent.target}, got {told}"


def _driver(
    connect: Connect,
    contract: Contract,
    url: str,
    keys: Mapping[str, str],
    ledger: Ledger,
    *,
    is_trusted: bool,
) -> Driver:
    key = keys.get(MAIN, f"{contract.api.key_prefix}replay")
    target = look_at(connect(Keys({MAIN: key})), url, is_trusted=is_trusted)
    if target.policies is not None:
        return Opening(contract, f"{key}-{token_hex(FRESH_BYTES)}", connect, target.policies).open()
    guard = Guard(connect(Keys(keys)), ledger, contract)
    history = History(contract, contract.policies_with({}), is_emulator=False)
    return Driver(guard, Judge(history, CHECKS), RealTime())
