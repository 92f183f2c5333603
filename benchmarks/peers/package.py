"""A peer's program from npm, in a folder of its own."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import BenchmarkError

SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Package:
    """A version of a package of npm, and *program*, which runs what is in it."""

    name: str
    version: str
    program: str

    def folder(self, cache: Path) -> Path:
        """Return where the files of the package are, once it is installed below *cache*."""
        return self._prefix(cache) / "node_modules" / self.name

    def install(self, cache: Path) -> None:
        """Have the package below *cache*.

        Raises:
            BenchmarkError: It cannot be installed, or not be run.
        """
        for needed in (self.program, "npm"):
            if shutil.which(needed) is None:
                raise BenchmarkError(f"not installed: it needs {needed}, which is missing")
        if self._installed(cache) == self.version:
            return
        self._prefix(cache).mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [
                *("npm", "install", "--prefix", str(self._prefix(cache))),
                *("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"),
                f"{self.name}@{self.version}",
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["npm said nothing"]
            raise BenchmarkError(f"not installed: {said[0]}")

    def _installed(self, cache: Path) -> str | None:
        """Return the version that is there."""
        try:
            told = json.loads((self.folder(cache) / "package.json").read_text())
        except FileNotFoundError:
            return None
        return str(told["version"])

    def _prefix(self, cache: Path) -> Path:
        return cache / self.name.replace("/", "-").removeprefix("@")
