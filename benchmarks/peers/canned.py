"""A Starlette application with a constant answer for each of a few routes, on the emulator's own server."""

import argparse
import json
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_server.server import bind, exit_at_once, serve


def route(method: str, path: str, status: int, content: object) -> Route:
    """Return a route that does not look at what it is sent."""

    async def answer(_request: Request) -> Response:
        return JSONResponse(content, status_code=status)

    return Route(path, answer, methods=[method])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.canned", description=__doc__)
    parser.add_argument("answers", type=Path, help="a JSON list of method, path, status, content")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    app = Starlette(routes=[route(*one) for one in json.loads(options.answers.read_text())])
    serve(app, bind(options.host, options.port), on_ready=print)
    exit_at_once()


if __name__ == "__main__":
    main()
