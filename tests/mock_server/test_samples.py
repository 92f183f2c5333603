"""The sample files, by URL and by path."""

import pytest

from mock_server import fixture_path
from mock_server.samples import SAMPLES, TYPES

NAMES = sorted(path.name for path in SAMPLES.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_handed_out_whole_and_without_a_key(client, name):
    answer = client.as_(None).get(f"/fixtures/{name}")

    assert answer.status == 200
    assert answer.body == fixture_path(name).read_bytes()
    assert answer.headers["content-type"] == TYPES[fixture_path(name).suffix]


def test_sample_is_handed_out_in_part(client):
    """Rule OUT-DOWNLOAD, for the sample files too."""
    answer = client.get("/fixtures/photo.jpg", headers={"range": "bytes=0-2"})

    assert (answer.status, answer.body) == (206, b"\xff\xd8\xff")
    assert client.send("HEAD", "/fixtures/photo.jpg").body == b""


@pytest.mark.parametrize(
    "name", ["nope.jpg", "..%2Fmake.py", "%2e%2e", "photo.JPG", ".", "README.md"]
)
def test_anything_else_is_404(client, conforms, name):
    """No path leads out of the folder, because only the names in it are known."""
    answer = client.get(f"/fixtures/{name}")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r'"photo.png" is not a sample; one of .*photo\.jpg'):
        fixture_path("photo.png")
