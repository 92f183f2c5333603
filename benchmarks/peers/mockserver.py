"""MockServer: canned answers, of JSON."""

import json
from collections.abc import Sequence

from benchmarks.peers.package import Package
from benchmarks.peers.peer import Peer, Stage, canned, models
from benchmarks.servers import HOST

PACKAGE = Package(name="mockserver-node", version="8.0.0", program="java")


def _command(stage: Stage) -> Sequence[str]:
    expectations = stage.folder / "init.json"
    expectations.write_text(
        json.dumps(
            [
                {
                    "httpRequest": {"method": method, "path": path},
                    "httpResponse": {
                        "statusCode": status,
                        "headers": {"Content-Type": ["application/json"]},
                        "body": json.dumps(content),
                    },
                }
                for (method, path), (status, content) in stage.recording.answers.items()
            ]
        )
    )
    settings = {
        "initializationJsonPath": str(expectations),
        "logLevel": "WARN",
        "disableSystemOut": "true",
        "localBoundIP": HOST,
    }
    jar = stage.package / f"mockserver-netty-{PACKAGE.version}-jar-with-dependencies.jar"
    return (
        *("env", "-C", str(stage.folder), "java"),  # it leaves its certificate where it stands
        *(f"-Dmockserver.{name}={value}" for name, value in settings.items()),
        *("-jar", str(jar), "-serverPort", str(stage.port)),
    )


PEER = Peer(
    name="MockServer",
    version=PACKAGE.version,
    command=_command,
    targets=canned,
    first=models,
    package=PACKAGE,
)
