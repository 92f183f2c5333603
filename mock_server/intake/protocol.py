"""What the emulator and the processes that look at media write to each other: a line of JSON each."""

import json
from pathlib import Path
from typing import Any

from mock_server.intake.measuring import Measured, Task, Unreadable

# The exit status of a process that a medium took all its memory.
OUT_OF_MEMORY = 77


def write_task(task: Task) -> bytes:
    """Return *task* as a line."""
    fields = task._asdict()
    product = None if task.product is None else str(task.product)
    return _line({**fields, "path": str(task.path), "product": product})


def read_task(line: bytes) -> Task:
    """Return the task of a line that `write_task` wrote."""
    fields = json.loads(line)
    return Task(
        **{
            **fields,
            "path": Path(fields["path"]),
            "formats": tuple(fields["formats"]),
            "sides": fields["sides"] and tuple(fields["sides"]),
            "product": fields["product"] and Path(fields["product"]),
        }
    )


def write_answer(found: Measured | Unreadable) -> bytes:
    """Return *found* as a line."""
    return _line({type(found).__name__: found._asdict()})


def read_answer(line: bytes) -> Measured | Unreadable:
    """Return what a line tells that `write_answer` wrote.

    Raises:
        ValueError: it is no such line, or not a whole one.
    """
    try:
        match json.loads(line):
            case {"Measured": fields}:
                return Measured(**fields)
            case {"Unreadable": fields}:
                return Unreadable(**fields)
            case _:
                raise ValueError(f"{line!r} is no answer.")
    except TypeError as error:
        raise ValueError(str(error)) from None


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode() + b"\n"
