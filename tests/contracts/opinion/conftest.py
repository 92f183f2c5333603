"""Drivers on an application, and documents that it serves."""

import itertools
import json

import pytest

from contracts.asgi import AsgiTransport
from contracts.checks.catalogue import CHECKS
from contracts.driver import Driver
from contracts.exchange import Answer
from contracts.history import History
from contracts.judge import Judge
from contracts.opinion.served import served
from contracts.passing import MovedTime
from mock_server.app import create_app
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT, DEFAULTS

RESPONSES = {
    "200": {
        "description": "a job",
        "headers": {"x-count": {"schema": {"type": "integer"}}},
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["job_id"],
                    "properties": {"job_id": {"type": "string"}},
                }
            }
        },
    }
}
JOB_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
JOBS = {"get": {"parameters": [JOB_ID], "responses": RESPONSES}}


def document(paths):
    """An OpenAPI document with *paths*."""
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}


def answered(body, status=200, **headers):
    """An answer of JSON."""
    told = {"content-type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Answer(status, told, json.dumps(body).encode())


def served_of(paths, seed=1):
    """What is served by a target whose document has *paths*."""
    return served(answered(document(paths)), CONTRACT.api, seed)


@pytest.fixture
def opening(keys):
    """Return how to open drivers on an application."""
    made = []

    def opening(app):
        numbers = itertools.count()

        def opened():
            made.append(transport := AsgiTransport(app, keys(next(numbers))))
            judge = Judge(History(CONTRACT, DEFAULTS, is_emulator=True), CHECKS)
            return Driver(transport, judge, MovedTime(transport, ("main", "other")))

        return opened

    yield opening
    for transport in made:
        transport.close()


@pytest.fixture
def emulator():
    return create_app(Settings(balance=1000, rpm=0))


def changed(app, path, change):
    """Return *app*, whose answers of JSON to what begins with *path* are *change* of what they were."""

    async def faulty(scope, receive, send):
        async def tell(message):
            if scope["path"].startswith(path) and message["type"] == "http.response.start":
                headers = [one for one in message["headers"] if one[0] != b"content-length"]
                message = {**message, "headers": headers}
            elif scope["path"].startswith(path):
                message = {
                    **message,
                    "body": json.dumps(change(json.loads(message["body"]))).encode(),
                }
            await send(message)

        await app(scope, receive, tell)

    return faulty
