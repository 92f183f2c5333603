"""A path that does not exist: what the client may have meant."""

import weakref

import pytest

from contracts.document import load
from mock_server.nearness import Nearness

NEAR = [
    ("GET", "/v1/job/job_1", "GET /v1/jobs/{job_id}"),
    ("GET", "/jobs/job_1", "GET /v1/jobs/{job_id}"),
    ("GET", "/v1/v1/jobs/job_1", "GET /v1/jobs/{job_id}"),
    ("GET", "/v1/jobs/job_1/", "GET /v1/jobs/{job_id}"),
    ("GET", "/v1/videos/job_1", "GET /v1/jobs/{job_id}"),
    ("GET", "/v1/videos/generations/job_1", "GET /v1/jobs/{job_id}"),
    ("GET", "/v1/tasks/job_1", "GET /v1/jobs/{job_id}"),
    ("GET", "/v1/jobs/", "GET /v1/jobs"),
    ("POST", "/v1/video/generations", "POST /v1/videos/generations"),
    ("POST", "/V1/Videos/Generations", "POST /v1/videos/generations"),
    ("POST", "/api/v1/videos/generations", "POST /v1/videos/generations"),
    ("POST", "/v1/jobs/job_1/cancl", "POST /v1/jobs/{job_id}/cancel"),
    ("GET", "/v1/model/wan-2-6", "GET /v1/models/{model_id}"),
    ("GET", "/v1/usage", "GET /v1/account/usage"),
    ("POST", "/v1/files", "POST /v1/files/upload"),
    ("GET", "/healthz", "GET /health"),
]
FAR = [
    "/",
    "/favicon.ico",
    "/docs",
    "/v1/chat/completions",
    "/v1/jobs" + "x" * 200,
    "/v1" + "/a" * 9,
]


class Path(str):
    """A path of which can be seen whether anybody keeps it."""


@pytest.fixture(scope="module")
def nearness():
    return Nearness(load().api)


@pytest.mark.parametrize(("method", "path", "meant"), NEAR)
def test_path_near_to_an_operation_is_told(nearness, method, path, meant):
    assert nearness.of(method, path) == f"did you mean {meant}?"


@pytest.mark.parametrize("path", FAR)
def test_path_that_is_like_none_gets_no_advice(nearness, path):
    assert nearness.of("GET", path) is None


def test_long_path_is_not_kept(nearness):
    """Whoever asks for many of them could else fill the memory."""
    path = Path("/v1/jobs/" + "x" * 100_000)
    kept = weakref.ref(path)
    assert nearness.of("GET", path) is None
    del path

    assert kept() is None


def test_404_says_what_was_near(client):
    answer = client.get("/v1/job/job_1")

    assert answer.status == 404
    assert answer.error["message"] == (
        '"/v1/job/job_1" does not exist; did you mean GET /v1/jobs/{job_id}? '
        "GET /openapi.json lists what does."
    )


def test_404_without_anything_near_says_only_where_to_look(client):
    message = client.get("/wp-login.php").error["message"]

    assert message == '"/wp-login.php" does not exist; GET /openapi.json lists what does.'
