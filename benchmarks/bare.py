"""The least that a Starlette application can do on the same server: one route, a constant answer."""

import argparse

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_server.server import bind, exit_at_once, serve

JOB = {
    "job_id": "job_0123456789abcdef01234567",
    "status": "processing",
    "progress": 0.5,
    "created_at": "2026-01-01T00:00:00Z",
    "completed_at": None,
    "model": "wan-2-6",
    "result": None,
    "error": None,
}
SUBMITTED = {
    "job_id": "job_0123456789abcdef01234567",
    "status": "queued",
    "poll_url": "/v1/jobs/job_0123456789abcdef01234567",
    "model": "wan-2-6",
    "created_at": "2026-01-01T00:00:00Z",
}


async def poll(_request: Request) -> Response:
    return JSONResponse(JOB)


async def submit(_request: Request) -> Response:
    return JSONResponse(SUBMITTED, status_code=202)


async def submit_json(request: Request) -> Response:
    await request.json()
    return JSONResponse(SUBMITTED, status_code=202)


async def livez(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


ROUTES = {
    "poll": Route("/v1/jobs/{job_id}", poll),
    "submit": Route("/v1/videos/generations", submit, methods=["POST"]),
    "submit-json": Route("/v1/videos/generations", submit_json, methods=["POST"]),
    "livez": Route("/livez", livez),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare", description=__doc__)
    parser.add_argument("route", choices=ROUTES)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    app = Starlette(routes=[ROUTES[options.route]])
    serve(app, bind(options.host, options.port), on_ready=print)
    exit_at_once()


if __name__ == "__main__":
    main()
