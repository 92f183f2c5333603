"""The site: built without a warning, whole, and in need of nothing from elsewhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.generate import ROOT, pages

LOADED = re.compile(
    r"<(?:script|img|iframe|source)[^>]+src=\"([^\"]+)\"|<link[^>]+href=\"([^\"]+)\""
)


def build(source: Path, out: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going"),
            *("-c", "docs", "-d", out / "trees", ".", out / "site"),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=source,
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs")
    built = build(ROOT, out)
    assert built.returncode == 0, built.stderr
    return out / "site"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the pages, to break."""
    shutil.copytree(ROOT / "docs", tmp_path / "source" / "docs")
    for entry in [*ROOT.glob("*.md"), ROOT / "LICENSE", ROOT / "examples", ROOT / "fixtures"]:
        (tmp_path / "source" / entry.name).symlink_to(entry)
    return tmp_path / "source"


def test_every_page_is_on_the_site(site: Path):
    for page in pages():
        assert (site / page.relative_to(ROOT).with_suffix(".html")).is_file()


def test_the_top_leads_to_the_first_page(site: Path):
    assert 'href="docs/index.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere(site: Path):
    for page in site.rglob("*.html"):
        for match in LOADED.finditer(page.read_text(encoding="utf-8")):
            assert "//" not in (match[1] or match[2]), (page, match[0])
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\([\"']?(?:https?:)?//", text), sheet


BROKEN = """
[gone](gone.md) [nowhere](emulator.md#nowhere) [not here](#not-here)
"""


def test_broken_links_and_pages_outside_the_navigation_fail_the_build(source: Path, tmp_path: Path):
    with (source / "docs" / "why.md").open("a", encoding="utf-8") as page:
        page.write(BROKEN)
    (source / "docs" / "new.md").write_text("# New\n", encoding="utf-8")

    built = build(source, tmp_path)

    assert built.returncode != 0
    for told in (
        "'gone.md'",
        "'nowhere'",
        "'not-here'",
        "new.md: WARNING: document isn't included",
    ):
        assert told in built.stderr
