"""The emulator with a second model, which is Wan 2.6 but for the length of its videos: those of Wan 2.6 end at 1 MiB."""

import argparse
import json
import tempfile
from importlib.resources import files
from pathlib import Path

from mock_server.app import create_app
from mock_server.server import bind, exit_at_once, serve
from mock_server.settings import Settings

MODEL = "wan-long"
MOST_SECONDS = 600


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, f"{MODEL}.json")
        document.write_text(json.dumps(_parts()))
        app = create_app(Settings(latency="instant", balance="unlimited", documents=(document,)))
    serve(app, bind(options.host, options.port), on_ready=print)
    exit_at_once()


def _parts() -> dict[str, object]:
    parts = json.loads((files("contracts") / "documents" / "wan-2-6.json").read_text())
    model = parts["model"]
    model["card"]["id"] = MODEL
    model["request"]["schema"]["properties"]["duration"]["maximum"] = MOST_SECONDS
    model["request"]["schema"]["examples"] = []
    return {"format": parts["format"], "model": model}


if __name__ == "__main__":
    main()
