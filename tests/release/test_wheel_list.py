"""The list of what the wheel has, and the comparison with it."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from release.wheel_list import LIST, difference, files_of, main

ROOT = Path(__file__).parents[2]
FORCED = re.compile(r'^"(fixtures/\w+)" = "(mock_server/fixtures/\w+)"$', flags=re.MULTILINE)


def wheel_of(folder, *names):
    path = folder / "wan_mock-1.2.3-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return path


def files(folder, place):
    """The files of *folder* by the names that they have below *place*."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {
        f"{place}/{path.relative_to(ROOT / folder)}"
        for path in found
        if "__pycache__" not in path.parts
    }


def test_list_has_what_the_source_has():
    """So that a file that came or went is noticed before a wheel is built."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    places = {
        "contracts": "contracts",
        "mock_server": "mock_server",
        **dict(FORCED.findall(project)),
    }
    source = set().union(*(files(folder, place) for folder, place in places.items()))
    listed = LIST.read_text(encoding="utf-8").splitlines()

    assert (
        difference(
            [name for name in listed if not name.startswith("wan_mock.dist-info/")], sorted(source)
        )
        == ""
    ), "if it should be so: make wheel-list"


def test_both_packages_say_that_they_are_typed():
    assert {"contracts/py.typed", "mock_server/py.typed"} <= {*LIST.read_text("utf-8").split()}


def test_version_is_not_part_of_the_list(tmp_path):
    wheel = wheel_of(tmp_path, "b.py", "wan_mock-1.2.3.dist-info/METADATA", "a.py")

    assert files_of(wheel) == ["a.py", "b.py", "wan_mock.dist-info/METADATA"]


def test_what_came_and_went_is_told(tmp_path):
    wheel_of(tmp_path, *LIST.read_text(encoding="utf-8").splitlines()[1:], "stray.py")
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path)])

    first = LIST.read_text(encoding="utf-8").splitlines()[0]
    assert f"- {first}\n+ stray.py\n" in str(ended.value)
    assert str(ended.value).endswith("make wheel-list")


def test_wheel_as_listed_passes(tmp_path):
    wheel_of(tmp_path, *LIST.read_text(encoding="utf-8").splitlines())

    main([str(tmp_path)])


def test_folder_without_a_wheel_is_wrong_usage(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path)])

    assert "has 0 wheels; make build makes one" in capsys.readouterr().err
