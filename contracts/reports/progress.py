"""How far a run is, as a bar on a terminal."""

from collections.abc import Iterable, Iterator
from typing import TextIO

import click

from contracts.events import Event, RunFinished, RunStarted, ScriptDone

SCRIPTS, EXPLORING = "Checking", "Checking in any order"
BAR_WIDTH = 30
# How often a bar of any length is drawn anew.
DRAWN = 200


def with_progress(events: Iterable[Event], stream: TextIO) -> Iterator[Event]:
    """Pass *events* on; where *stream* is a terminal, a bar on it tells how many of the scripts are done."""
    left = iter(events)
    started = next(left, None)
    if started is None:
        return
    yield started
    if isinstance(started, RunStarted) and stream.isatty():
        yield from _with_bar(left, started.scripts, stream)
    else:
        yield from left


def _with_bar(events: Iterable[Event], scripts: int, stream: TextIO) -> Iterator[Event]:
    # One step more than scripts, so that the bar is not full while the state machine runs.
    with click.progressbar(
        length=scripts + 1,
        label=SCRIPTS,
        file=stream,
        width=BAR_WIDTH,
        update_min_steps=max(1, scripts // DRAWN),
    ) as bar:
        for event in events:
            if isinstance(event, ScriptDone):
                bar.label = EXPLORING if event.number == scripts else SCRIPTS
                bar.update(1)
            elif isinstance(event, RunFinished):
                bar.update(scripts + 1 - bar.pos)
            yield event
