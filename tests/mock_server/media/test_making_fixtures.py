"""fixtures/make.py is a program of the checkout; it stands here with what it makes."""

import json

import pytest
from click.testing import CliRunner

from fixtures.make import make
from mock_server.media import canned
from mock_server.media.clip import Clip
from mock_server.media.muxing import fits, is_long_enough


@pytest.fixture
def document(tmp_path):
    sizes = {"small": {"16:9": [64, 36], "9:16": [36, 64]}, "smaller": {"1:1": [16, 16]}}
    schema = {"properties": {"duration": {"maximum": 1.5}}}
    model = {"output": {"fps": 5, "sizes": sizes}, "request": {"schema": schema}}
    path = tmp_path / "document.json"
    path.write_text(json.dumps({"model": model}))
    return path


def test_each_size_of_the_document_gets_its_loop(document, tmp_path):
    out = tmp_path / "out"
    arguments = ["--document", str(document), "--out", str(out)]

    result = CliRunner().invoke(make, arguments, catch_exceptions=False)

    assert result.exit_code == 0
    for width, height in ((64, 36), (36, 64), (16, 16)):
        clip = Clip(width=width, height=height, fps=5, frames=10, has_sound=True)
        assert fits(clip, canned.loop_path(width, height, folder=out).read_bytes())
        assert is_long_enough(clip, canned.sound_path(folder=out).read_bytes())
    assert len(list((out / "loops").iterdir())) == 3
