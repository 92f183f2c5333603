"""Open accounts for a run on an emulator: pairs that nobody has used, named after the one that was given."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count

from contracts.checks.catalogue import CHECKS
from contracts.document import Contract
from contracts.driver import Driver
from contracts.exchange import MAIN, OTHER
from contracts.history import History
from contracts.judge import Judge
from contracts.keys import Keys
from contracts.passing import ACCOUNT, MovedTime, control
from contracts.transport import Transport

# What every pair starts with: enough for every job, no limit, and jobs that take a few seconds of moved time.
TERMS = {"balance": 100_000, "rpm": 0, "latency": "quick", "scenario": None}

Connect = Callable[[Keys], Transport]


class Opening:
    """Gives drivers, each with two fresh accounts: ACCOUNT-1 and ACCOUNT-2, then ACCOUNT-3 and ACCOUNT-4, ….

    *connect* returns a transport that sends the keys it is given; *policies* are those of the target.
    """

    def __init__(
        self,
        contract: Contract,
        account_key: str,
        connect: Connect,
        policies: Mapping[str, str],
        *,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Name the accounts after that of *account_key*, a whole key; once *is_over*, drivers do no more."""
        self._contract = contract
        self._key = account_key
        self._connect = connect
        self._policies = policies
        self._is_over = is_over
        self._numbers: Iterator[int] = count(1)

    def open(self) -> Driver:
        """Return a driver on accounts that nobody has used."""
        keys = Keys({name: f"{self._key}-{next(self._numbers)}" for name in (MAIN, OTHER)})
        transport = self._connect(keys)
        for key in (MAIN, OTHER):
            control(transport, "PATCH", ACCOUNT, TERMS, key)
        history = History(self._contract, self._policies, is_emulator=True)
        time = MovedTime(transport, (MAIN, OTHER))
        return Driver(transport, Judge(history, CHECKS), time, is_over=self._is_over)
