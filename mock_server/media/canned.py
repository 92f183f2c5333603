"""Where the files stand that were encoded beforehand (see fixtures/README.md)."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def first_existing(*folders: Path) -> Path:
    """Return the first of *folders* that holds canned files, or else the last."""
    return next((folder for folder in folders if (folder / "loops").is_dir()), folders[-1])


# A wheel carries the files inside the package; in a checkout they stand at the top.
FOLDER = first_existing(_PACKAGE / "fixtures", _PACKAGE.parent / "fixtures")


def loop_path(width: int, height: int, *, folder: Path = FOLDER) -> Path:
    """Return where the one-second loop of this size stands, if it was ever made."""
    return folder / "loops" / f"{width}x{height}.mp4"


def sound_path(*, folder: Path = FOLDER) -> Path:
    """Return where the sound track stands that every clip with sound is cut from."""
    return folder / "sound" / "beeps.m4a"
