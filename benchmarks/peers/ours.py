"""The emulator itself, whose jobs end at once."""

from collections.abc import Sequence
from dataclasses import replace

from benchmarks import client
from benchmarks.load import Target
from benchmarks.peers.peer import Peer, Stage, Targets, canned, models
from benchmarks.peers.recording import VIDEO, Recording, target_of
from benchmarks.servers import HOST, Server, ours
from mock_server import __version__


def _command(stage: Stage) -> Sequence[str]:
    return (*ours(latency="instant"), "--host", HOST, "--port", str(stage.port))


def _targets(server: Server, recording: Recording) -> Targets:
    job_id = client.submit(server.url, **VIDEO)
    video = client.job(server.url, job_id)["result"]["data"][0]["url"]
    shared = canned(server, recording)
    return {
        **shared,
        "poll": replace(shared["poll"], path=f"/v1/jobs/{job_id}"),
        "download": Target(server=server, path=target_of(video)),
    }


PEER = Peer(name="wan-mock", version=__version__, command=_command, targets=_targets, first=models)
