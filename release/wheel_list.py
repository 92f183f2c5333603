"""Compare the files of the wheel with the list that is kept: ``python -m release.wheel_list FOLDER [--renew]``."""

import argparse
import difflib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

LIST = Path(__file__).with_name("wheel.txt")


def files_of(wheel: Path) -> list[str]:
    """Return the names of what is in *wheel*, sorted; the version is left out of them."""
    with ZipFile(wheel) as archive:
        return sorted(
            re.sub(r"^wan_mock-[^/]+\.dist-info/", "wan_mock.dist-info/", name)
            for name in archive.namelist()
        )


def difference(listed: Sequence[str], found: Sequence[str]) -> str:
    """Return what came (+) and what went (-), a line each; empty without a difference."""
    lines = difflib.ndiff(listed, found)
    return "\n".join(line for line in lines if line.startswith(("+ ", "- ")))


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare the only wheel in a folder with the list, or write the list anew."""
    parser = argparse.ArgumentParser(prog="python -m release.wheel_list")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--renew", action="store_true")
    given = parser.parse_args(arguments)
    wheels = [*given.folder.glob("*.whl")]
    if len(wheels) != 1:
        parser.error(f"{given.folder} has {len(wheels)} wheels; make build makes one")
    found = files_of(wheels[0])
    if given.renew:
        LIST.write_text("".join(f"{name}\n" for name in found), encoding="utf-8")
        return
    changed = difference(LIST.read_text(encoding="utf-8").splitlines(), found)
    if changed:
        place = LIST.relative_to(LIST.parents[1])
        sys.exit(
            f"{wheels[0]} is not what {place} lists:\n{changed}\nIf it should be: make wheel-list"
        )


if __name__ == "__main__":
    main()
