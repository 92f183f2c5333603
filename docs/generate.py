"""Fill the parts of README and docs that come from code, contract document and tested files: ``make readme``.

A part stands between ``<!-- name -->`` and ``<!-- /name -->``; a file stands between
``<!-- file: path -->`` and ``<!-- /file -->``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from contracts.document import Contract, load
from docs import control, fidelity, reference
from mock_server.scenarios.catalogue import SCENARIOS
from mock_server.tables import (
    policies_as_markdown,
    prices_as_markdown,
    rules_as_markdown,
    scenarios_as_markdown,
)

DOCS = Path(__file__).parent
ROOT = DOCS.parent
README = ROOT / "README.md"

LANGUAGES = {
    ".ini": "ini",
    ".java": "java",
    ".mjs": "javascript",
    ".py": "python",
    ".sh": "sh",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
}

Blocks = Mapping[str, Callable[[Contract], str]]

BLOCKS: Mapping[Path, Blocks] = {
    README: {"provenance": fidelity.counts},
    DOCS / "fidelity.md": {
        "provenance": fidelity.counts,
        "rules": fidelity.rule_by_rule,
        "policies": policies_as_markdown,
    },
    DOCS / "scenarios.md": {"scenarios": lambda _: scenarios_as_markdown(SCENARIOS.values())},
    DOCS / "reference" / "api.md": {
        "operations": reference.operations,
        "fields": reference.fields,
        "sizes": reference.sizes,
        "prices": lambda contract: prices_as_markdown(contract.models["wan-2-6"]),
        "errors": reference.errors,
    },
    DOCS / "reference" / "cli.md": {"commands": lambda _: reference.commands()},
    DOCS / "reference" / "control.md": {
        "calls": control.calls,
        "fault fields": lambda _: control.fault_fields(),
        "action fields": lambda _: control.action_fields(),
    },
    DOCS / "reference" / "rules.md": {"rules": rules_as_markdown},
    DOCS / "reference" / "settings.md": {
        "settings": lambda _: reference.settings(),
        "python settings": lambda _: reference.python_settings(),
        "presets": lambda _: reference.presets(),
        "policies": policies_as_markdown,
    },
}


def pages() -> Iterator[Path]:
    """Yield every page, by path."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in (DOCS, ROOT / "examples", ROOT / "fixtures"):
        yield from sorted(folder.rglob("*.md"))


def fill(text: str, contract: Contract, blocks: Blocks) -> str:
    """Return *text* with each of the generated *blocks* as *contract* has it, and each file as it is."""
    for name, block in blocks.items():
        text = _replaced(text, name, name, block(contract))
    for path in re.findall(r"^<!-- file: (.+?) -->$", text, flags=re.MULTILINE):
        text = _replaced(text, f"file: {path}", "file", excerpt(path))
    return text


def excerpt(path: str) -> str:
    """Return the file *path*, from the top of the project, as a block of code."""
    file = ROOT / path
    return f"```{LANGUAGES[file.suffix]}\n{file.read_text(encoding='utf-8').rstrip()}\n```"


def _replaced(text: str, name: str, end: str, content: str) -> str:
    pattern = rf"<!-- {re.escape(name)} -->\n.*?<!-- /{re.escape(end)} -->"
    filled = f"<!-- {name} -->\n\n{content}\n\n<!-- /{end} -->"
    text, count = re.subn(pattern, lambda _: filled, text, flags=re.DOTALL)
    assert count == 1, f"there are {count} blocks {name!r}"
    return text


if __name__ == "__main__":
    for path in pages():
        before = path.read_text(encoding="utf-8")
        path.write_text(fill(before, load(), BLOCKS.get(path, {})), encoding="utf-8")
