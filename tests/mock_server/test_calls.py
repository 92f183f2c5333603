"""What an endpoint may ask of a request."""

from mock_server.app import create_app
from mock_server.settings import Settings


def test_server_may_be_told_as_a_list(client_of):
    app = create_app(Settings())

    async def listed(scope, receive, send):
        await app({**scope, "server": ["127.0.0.1", 8026]}, receive, send)

    client = client_of(listed).as_("sk-empiriolabs-calls")
    fields = {"model": "wan-2-6", "prompt": "a lighthouse"}
    assert client.post("/v1/videos/generations", fields).status == 202


def test_server_may_be_unknown(client_of):
    app = create_app(Settings())

    async def unknown(scope, receive, send):
        headers = [one for one in scope["headers"] if one[0] != b"host"]
        await app({**scope, "server": None, "headers": headers}, receive, send)

    client = client_of(unknown).as_("sk-empiriolabs-calls")
    fields = {"model": "wan-2-6", "prompt": "a lighthouse"}
    assert client.post("/v1/videos/generations", fields).status == 202
