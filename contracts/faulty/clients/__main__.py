"""The adapter of the client that the first argument names: one task on the standard input, one answer on the standard output."""

import json
import os
import signal
import sys
from pathlib import Path

from contracts.faulty.clients.catalogue import client_of


def main() -> None:
    """Do the task."""
    task = json.load(sys.stdin)
    make = client_of(sys.argv[1])
    base = os.environ["EMPIRIOLABS_API_BASE"]  # noqa: TID251 - this is a program of its own
    key = os.environ["EMPIRIOLABS_API_KEY"]  # noqa: TID251
    output, deadline = Path(task["output"]), float(task["deadline_seconds"])
    print(json.dumps(make(base, key, task["request"], output, deadline).run()), flush=True)  # noqa: T201


# Who is told to end does so at once, and yet in order.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
main()
