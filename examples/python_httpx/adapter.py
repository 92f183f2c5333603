"""The adapter of this client for ``wan-mock conformance``: one task on the standard input, one answer on the standard output."""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("WAN_POLL_SECONDS", "1")

from generate import generate

task = json.load(sys.stdin)
print(json.dumps(generate(task["request"], Path(task["output"]), task["deadline_seconds"])))
