"""Run the contract suite on an emulator in this process."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing

from contracts.asgi import AsgiTransport
from contracts.document import Contract
from contracts.events import Event
from contracts.keys import Keys
from contracts.opening import Opening
from contracts.run import Plan, Profile, Run
from contracts.script import Script
from contracts.sweep.choice import fewest
from contracts.sweep.scripts import all_scripts
from mock_server.app import create_app
from mock_server.settings import Settings


def events(
    contract: Contract,
    settings: Settings,
    profile: Profile,
    *,
    seed: int,
    scripts: Sequence[Script] | None = None,
) -> Iterator[Event]:
    """Yield what happens when the suite - with *scripts* in place of its own - meets an emulator of *settings*.

    As with every emulator, each run has accounts of its own, whose clocks and terms it sets.
    """
    app, policies = create_app(settings), contract.policies_with(settings.policies)
    with ExitStack() as transports:

        def connect(keys: Keys) -> AsgiTransport:
            return transports.enter_context(closing(AsgiTransport(app, keys)))

        chosen = all_scripts(contract, policies) if scripts is None else scripts
        plan = Plan(
            target="an emulator in this process",
            is_emulator=True,
            scripts=fewest(chosen, contract, policies) if profile.is_brief else chosen,
            profile=profile,
            seed=seed,
        )
        opening = Opening(contract, f"{contract.api.key_prefix}check", connect, policies)
        yield from Run(contract, plan, opening.open).events()
