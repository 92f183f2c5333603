"""Prism, which mocks what an OpenAPI document describes: here the one that the emulator serves."""

import json
from collections.abc import Sequence

from benchmarks.peers.package import Package
from benchmarks.peers.peer import Peer, Stage, canned, models
from benchmarks.servers import HOST

PACKAGE = Package(name="@stoplight/prism-cli", version="5.16.0", program="node")


def _command(stage: Stage) -> Sequence[str]:
    document = stage.folder / "openapi.json"
    document.write_text(json.dumps(stage.recording.openapi))
    return (
        *("node", str(stage.package / "dist" / "index.js"), "mock"),
        *("-h", HOST, "-p", str(stage.port), str(document)),
    )


PEER = Peer(
    name="Prism",
    version=PACKAGE.version,
    command=_command,
    targets=canned,
    first=models,
    package=PACKAGE,
)
