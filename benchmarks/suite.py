"""Run the contract suite on an emulator in this process."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing

from contracts.asgi import AsgiTransport
from contracts.checks.catalogue import CHECKS
from contracts.document import Contract
from contracts.driver import Driver
from contracts.events import Event
from contracts.exchange import MAIN, OTHER
from contracts.history import History
from contracts.judge import Judge
from contracts.keys import Keys
from contracts.passing import MovedTime
from contracts.run import Plan, Profile, Run
from contracts.script import Script
from contracts.sweep.choice import fewest
from contracts.sweep.scripts import all_scripts
from mock_server.app import create_app
from mock_server.settings import Settings

ACCOUNTS = (MAIN, OTHER)
# Enough for every job of a run, and a number, so that what jobs cost can be seen.
PLENTY = 100_000


def events(
    contract: Contract,
    settings: Settings,
    profile: Profile,
    *,
    seed: int,
    scripts: Sequence[Script] | None = None,
) -> Iterator[Event]:
    """Yield what happens when the suite - with *scripts* in place of its own - meets an emulator of *settings*.

    Its accounts are taken as they are found: with the latency of *settings*, and clocks that only then stand still.
    """
    app, policies = create_app(settings), contract.policies_with(settings.policies)
    numbers = itertools.count()
    with ExitStack() as transports:

        def opened() -> Driver:
            number = next(numbers)
            keys = Keys({name: f"{contract.api.key_prefix}{name}-{number}" for name in ACCOUNTS})
            transport = transports.enter_context(closing(AsgiTransport(app, keys)))
            judge = Judge(History(contract, policies, is_emulator=True), CHECKS)
            return Driver(transport, judge, MovedTime(transport, ACCOUNTS))

        chosen = all_scripts(contract, policies) if scripts is None else scripts
        plan = Plan(
            target="an emulator in this process",
            is_emulator=True,
            scripts=fewest(chosen, contract, policies) if profile.is_brief else chosen,
            profile=profile,
            seed=seed,
        )
        yield from Run(contract, plan, opened).events()
