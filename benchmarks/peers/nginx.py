"""nginx with sendfile: files alone, the limit of downloads."""

import re
import subprocess
from collections.abc import Sequence

from benchmarks import nginx
from benchmarks.load import Target
from benchmarks.peers.peer import Peer, Stage, Targets
from benchmarks.peers.recording import FILE, Recording
from benchmarks.servers import HOST, Server


def _command(stage: Stage) -> Sequence[str]:
    (stage.folder / FILE).write_bytes(stage.recording.video)
    servers = nginx.files(stage.folder, host=HOST, port=stage.port)
    return nginx.command(stage.folder, servers)


def _targets(server: Server, _recording: Recording) -> Targets:
    return {"download": Target(server=server, path=f"/{FILE}")}


def _version() -> str:
    program = nginx.find()
    if program is None:
        return "(not installed)"
    told = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"nginx/([\d.]+)", told)
    return "of an unknown version" if found is None else found[1]


PEER = Peer(
    name="nginx",
    version=_version(),
    command=_command,
    targets=_targets,
    first=lambda _: f"/{FILE}",
)
