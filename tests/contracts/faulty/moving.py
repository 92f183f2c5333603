"""A seed that moves with the commit, so that in time everything is tried from many; it can be given again."""

import os
import subprocess
import zlib
from pathlib import Path

import mock_server

VARIABLE = "FAULTS_SEED"
ROOT = Path(__file__).parents[3]


def moving_seed() -> int:
    """Return the seed of the environment; else one made of the commit, and outside of a clone of the version."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return int(given)
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    commit = found.stdout.strip() if found.returncode == 0 else mock_server.__version__
    return zlib.crc32(commit.encode()) % 10_000
