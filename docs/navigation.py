"""The pages of the site, by what a reader wants: to learn, to do, to look up, to understand."""

from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent

NAVIGATION: Mapping[str, Sequence[str]] = {
    "Learn": ("docs/tutorial",),
    "How to": (
        "docs/how-to/test-a-retry",
        "docs/how-to/test-timeouts",
        "docs/how-to/run-tests-in-parallel",
        "docs/how-to/use-several-workers",
        "docs/how-to/see-what-a-client-did",
        "docs/how-to/send-media",
        "docs/how-to/use-another-language",
        "docs/how-to/run-in-ci",
        "docs/how-to/check-an-api",
        "docs/how-to/check-with-pytest",
        "docs/how-to/grade-a-client",
        "docs/how-to/watch-for-drift",
        "examples/README",
        "docs/exec",
        "docs/container",
        "docs/scaling",
        "docs/contract-document",
    ),
    "Look up": (
        "docs/reference/cli",
        "docs/reference/settings",
        "docs/python",
        "docs/pytest",
        "docs/reference/api",
        "docs/reference/rules",
        "docs/scenarios",
        "docs/reference/control",
        "fixtures/README",
        "docs/glossary",
    ),
    "Understand": (
        "docs/why",
        "docs/emulator",
        "docs/fidelity",
        "docs/kill-matrix",
        "docs/performance",
    ),
    "The project": ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY"),
}


def toctrees() -> str:
    """Return the navigation as Sphinx reads it; pages read well elsewhere without it."""
    return "\n".join(map(_toctree, NAVIGATION, NAVIGATION.values()))


def _toctree(caption: str, pages: Sequence[str]) -> str:
    entries = "\n".join(f"/{page}" for page in pages if (ROOT / f"{page}.md").exists())
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{entries}\n```\n"
