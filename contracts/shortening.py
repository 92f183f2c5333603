"""Make a failure's history short: leave out step after step, for as long as the rest still shows it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from contracts.driver import Driver
from contracts.exchange import Exchange
from contracts.judge import Failure
from contracts.script import Script

OpenDriver = Callable[[], Driver]
IsOver = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """*script* shows *failure* by itself, on accounts that nobody has used; *history* is what was exchanged."""

    script: Script
    failure: Failure
    history: tuple[Exchange, ...]


def shortest(
    script: Script,
    failure: Failure,
    open_driver: OpenDriver,
    *,
    is_over: IsOver = lambda: False,
) -> Shown | None:
    """Return the shortest script made of steps of *script* that shows *failure*, None where not even *script* does.

    Once *is_over*, the shortest so far has to do.
    """
    shown = None if is_over() else _shown(script, failure, open_driver)
    if shown is None:
        return None
    if len(script.steps) > 1:
        last = _shown(replace(script, steps=script.steps[-1:]), failure, open_driver)
        if last is not None:
            return last
    length = len(script.steps) + 1
    while len(shown.script.steps) < length:  # a step may be needed only by one that goes later
        length = len(shown.script.steps)
        shown = _shorter(shown, failure, open_driver, is_over)
    return shown


def _shorter(shown: Shown, failure: Failure, open_driver: OpenDriver, is_over: IsOver) -> Shown:
    """Return *shown* without each step, from the last to the first, that is not needed while those before it stand."""
    for index in reversed(range(len(shown.script.steps))):
        steps = shown.script.steps
        if len(steps) > 1 and not is_over():
            rest = replace(shown.script, steps=steps[:index] + steps[index + 1 :])
            shown = _shown(rest, failure, open_driver) or shown
    return shown


def _shown(script: Script, failure: Failure, open_driver: OpenDriver) -> Shown | None:
    driver = open_driver()
    for found in driver.run(script):
        if found.place == failure.place:
            history = tuple(driver.recording.exchanges[: found.exchange.number])
            return Shown(script=script, failure=found, history=history)
    return None
