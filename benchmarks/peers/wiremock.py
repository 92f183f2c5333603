"""WireMock, the standard mock server of HTTP: canned answers, and a file."""

import json
from collections.abc import Sequence

from benchmarks.load import Target
from benchmarks.peers.package import Package
from benchmarks.peers.peer import Peer, Stage, Targets, canned, models
from benchmarks.peers.recording import FILE, Recording
from benchmarks.servers import HOST, Server

PACKAGE = Package(name="wiremock", version="3.13.2", program="java")
JSON = {"Content-Type": "application/json"}


def _command(stage: Stage) -> Sequence[str]:
    for folder in ("mappings", "__files"):
        (stage.folder / folder).mkdir()
    mappings = [
        _mapping(method, path, status=status, headers=JSON, jsonBody=content)
        for (method, path), (status, content) in stage.recording.answers.items()
    ]
    mappings.append(_mapping("GET", f"/{FILE}", status=200, bodyFileName=FILE))
    (stage.folder / "mappings" / "all.json").write_text(json.dumps({"mappings": mappings}))
    (stage.folder / "__files" / FILE).write_bytes(stage.recording.video)
    jar = stage.package / "build" / f"wiremock-standalone-{PACKAGE.version}.jar"
    return (
        *("java", "-jar", str(jar), "--bind-address", HOST, "--port", str(stage.port)),
        *("--root-dir", str(stage.folder), "--disable-banner"),
    )


def _mapping(method: str, path: str, **response: object) -> dict[str, object]:
    return {"request": {"method": method, "url": path}, "response": response}


def _targets(server: Server, recording: Recording) -> Targets:
    return {**canned(server, recording), "download": Target(server=server, path=f"/{FILE}")}


PEER = Peer(
    name="WireMock",
    version=PACKAGE.version,
    command=_command,
    targets=_targets,
    first=models,
    package=PACKAGE,
)
