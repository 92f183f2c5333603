import json
from pathlib import Path

import pytest

from mock_server.media import canned
from mock_server.media.clip import Clip
from mock_server.media.muxing import fits, is_long_enough

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "contracts" / "documents" / "wan-2-6.json"
MODEL = json.loads(DOCUMENT.read_text(encoding="utf-8"))["model"]
SIZES = [tuple(size) for table in MODEL["output"]["sizes"].values() for size in table.values()]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_contract_size_has_a_loop_that_fits(width, height):
    fps = MODEL["output"]["fps"]
    clip = Clip(width=width, height=height, fps=fps, frames=1, has_sound=False)

    assert fits(clip, canned.loop_path(width, height).read_bytes())


def test_sound_reaches_the_longest_duration(sound):
    longest = MODEL["request"]["schema"]["properties"]["duration"]["maximum"]
    clip = Clip(width=2, height=2, fps=1, frames=longest, has_sound=True)

    assert is_long_enough(clip, sound)


def test_loops_are_small_enough_to_ship():
    assert sum(path.stat().st_size for path in (canned.FOLDER / "loops").iterdir()) < 1_500_000


def test_installed_files_win_over_a_checkout(tmp_path):
    (tmp_path / "b" / "loops").mkdir(parents=True)

    assert canned.first_existing(tmp_path / "a", tmp_path / "b") == tmp_path / "b"
    assert canned.first_existing(tmp_path / "b", canned.FOLDER) == tmp_path / "b"


def test_without_any_files_the_last_place_is_named(tmp_path):
    assert canned.first_existing(tmp_path / "a", tmp_path / "b") == tmp_path / "b"
