"""Open a run against a live API: its keys, its budget, and what it is going to do."""

import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.document import Contract
from contracts.events import Event
from contracts.exchange import MAIN, OTHER
from contracts.keys import Keys
from contracts.live.plan import LivePlan, plan
from contracts.live.run import LiveRun
from contracts.money.ledger import Ledger
from contracts.passing import Passing, RealTime
from contracts.target import TargetError
from contracts.transport import Transport
from contracts.wishes import Wishes

NO_KEY = (
    "{} is a live API, or an emulator that may not be controlled: --api-key or EMPIRIOLABS_API_KEY has to give a key "
    "(an emulator that is not on loopback is one with --emulator or --control-token)"
)


def plan_of(wishes: Wishes, contract: Contract) -> LivePlan:
    """Return what *wishes* come to on a live API; nothing is sent."""
    has_other = wishes.other_api_key is not None
    whole = plan(contract, wishes.url, wishes.profile.name, wishes.max_cost, has_other=has_other)
    wanted = frozenset(wishes.rules or contract.rules) - {*wishes.excluded}
    return whole.about(wanted, contract)


def live_events(
    wishes: Wishes,
    contract: Contract,
    connect: Callable[[Keys], Transport],
    time: Passing | None = None,
) -> Iterator[Event]:
    """Check the live API that *wishes* name, over what *connect* gives for its keys; yield what happens.

    Raises:
        TargetError: there is no key.
        LedgerError: the ledger cannot be used.
    """
    if not wishes.api_key:
        raise TargetError(NO_KEY.format(wishes.url))
    keys = {MAIN: wishes.api_key}
    if wishes.other_api_key is not None:
        keys[OTHER] = wishes.other_api_key
    seconds = math.inf if wishes.time_limit is None else wishes.time_limit
    with _ledger(wishes) as ledger:
        run = LiveRun(
            contract,
            plan_of(wishes, contract),
            connect(Keys(keys)),
            ledger,
            time or RealTime(),
            seconds=seconds,
        )
        yield from run.events()


@contextmanager
def _ledger(wishes: Wishes) -> Iterator[Ledger]:
    """Yield the ledger of *wishes*; a run that may cost nothing leaves none, unless there is one to go on with."""
    with tempfile.TemporaryDirectory() as folder:
        is_kept = wishes.max_cost or wishes.ledger.exists()
        path = wishes.ledger if is_kept else Path(folder) / wishes.ledger.name
        ledger = Ledger(path, wishes.max_cost)
        try:
            yield ledger
        finally:
            ledger.release()
