"""Bare Starlette: constant answers on the emulator's own server, the limit of its stack."""

import json
import sys
from collections.abc import Sequence

import starlette

from benchmarks.peers.peer import Peer, Stage, canned, models
from benchmarks.servers import HOST


def _command(stage: Stage) -> Sequence[str]:
    answers = stage.folder / "answers.json"
    answers.write_text(
        json.dumps([[*asked, *told] for asked, told in stage.recording.answers.items()])
    )
    module = (sys.executable, "-m", "benchmarks.peers.canned", str(answers))
    return (*module, "--host", HOST, "--port", str(stage.port))


PEER = Peer(
    name="bare Starlette",
    version=starlette.__version__,
    command=_command,
    targets=canned,
    first=models,
)
