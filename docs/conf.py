"""How Sphinx makes the site of README and docs: ``make docs``."""

from sphinx.application import Sphinx

from docs.navigation import toctrees
from mock_server import __version__

project = "wan-mock"
release = __version__

# The top of the project is read, so that links between README and docs are checked both ways.
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "examples/**.md", "fixtures/*.md"]
exclude_patterns = [".git", ".peers", ".venv", "demo-output", "dist", "site"]
extensions = ["myst_parser"]
nitpicky = True
myst_heading_anchors = 4  # named as GitHub names them

html_theme = "furo"
html_title = f"wan-mock {__version__}"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
html_extra_path = ["top"]  # the page at the top, which leads to the first


def setup(app: Sphinx) -> None:
    """Let the first page have the navigation."""
    app.connect("source-read", _with_navigation)


def _with_navigation(app: Sphinx, page: str, source: list[str]) -> None:
    if page == app.config.root_doc:
        source[0] = f"{source[0]}\n{toctrees()}"
