"""Option --cors: which pages may call the emulator. No page may by default."""

import pytest

PAGE = "https://app.example"


@pytest.fixture
def open_client(make_client):
    return make_client(cors=PAGE)


def preflight(client, origin):
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
    }
    return client.as_(None).send("OPTIONS", "/v1/videos/generations", headers=headers)


def test_no_page_may_read_by_default(client):
    answer = client.get("/v1/jobs", headers={"origin": PAGE})

    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert preflight(client, PAGE).status == 405


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/nothing", "/livez"])
def test_page_may_read_answers_and_refusals(open_client, path):
    answer = open_client.get(path, headers={"origin": PAGE})

    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["vary"] == "origin"
    assert "x-request-id" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://other.example", "null", "", "http://["])
def test_other_pages_may_not(open_client, origin):
    answer = open_client.get("/v1/jobs", headers={"origin": origin})

    assert "access-control-allow-origin" not in answer.headers


def test_every_page_may_with_a_star(make_client):
    answer = make_client(cors="*").get("/livez", headers={"origin": "https://any.example"})

    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", ["/_mock/requests", "/_mock/accounts", "/_mock/nothing", "/_mock/", "/metrics"]
)
def test_no_page_may_read_what_controls_the_emulator(make_client, path):
    """Any site that somebody visits could else read the journals of this machine."""
    answer = make_client(cors="*").get(path, headers={"origin": PAGE})

    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_preflight_lets_the_key_through(open_client):
    answer = preflight(open_client, PAGE)

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    assert answer.headers["x-request-id"]


def test_preflight_of_another_page_allows_no_origin(open_client):
    assert "access-control-allow-origin" not in preflight(open_client, "https://b.example").headers


def test_options_without_a_question_is_a_405(open_client):
    assert open_client.send("OPTIONS", "/v1/jobs", headers={"origin": PAGE}).status == 405
