"""aimock, which mocks the APIs of AI vendors: its videos are asked for on paths of its own."""

import json
from collections.abc import Sequence
from dataclasses import replace

from benchmarks import client
from benchmarks.load import Target
from benchmarks.peers.package import Package
from benchmarks.peers.peer import Peer, Stage, Targets, canned, models
from benchmarks.peers.recording import Recording
from benchmarks.servers import HOST, Server

PACKAGE = Package(name="@copilotkit/aimock", version="1.43.0", program="node")
PATH = "/v1/videos"
VIDEO = {"id": "vid_1", "status": "completed", "url": "http://127.0.0.1/video.mp4"}
FIXTURES = {
    "fixtures": [
        {
            "match": {"userMessage": client.EXAMPLE["prompt"], "endpoint": "video"},
            "response": {"video": VIDEO},
        }
    ]
}


def _command(stage: Stage) -> Sequence[str]:
    fixtures = stage.folder / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES))
    return (
        *("node", str(stage.package / "dist" / "cli.js"), "-h", HOST, "-p", str(stage.port)),
        *("-f", str(fixtures), "--log-level", "silent"),
    )


def _targets(server: Server, recording: Recording) -> Targets:
    client.answer("POST", server.url + PATH, json.dumps(client.EXAMPLE).encode())
    shared = canned(server, recording)
    return {
        **shared,
        "poll": Target(server=server, path=f"{PATH}/{VIDEO['id']}"),
        "submit": replace(shared["submit"], path=PATH),
        "submit-each": replace(shared["submit-each"], path=PATH),
    }


PEER = Peer(
    name="aimock",
    version=PACKAGE.version,
    command=_command,
    targets=_targets,
    first=models,
    package=PACKAGE,
)
