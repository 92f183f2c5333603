"""What stands in the pages is what code, contract document and tested files say."""

from pathlib import Path

import pytest

from contracts.document import load
from docs.generate import BLOCKS, ROOT, fill, pages


@pytest.mark.parametrize("path", [*pages()], ids=lambda path: str(path.relative_to(ROOT)))
def test_the_generated_parts_are_up_to_date(path: Path):
    text = path.read_text(encoding="utf-8")

    assert fill(text, load(), BLOCKS.get(path, {})) == text, "run make readme"


def test_a_part_that_a_page_lacks_is_told():
    with pytest.raises(AssertionError, match="there are 0 blocks 'rules'"):
        fill("nothing", load(), {"rules": lambda _: "none"})


def test_a_file_is_put_in_with_its_language():
    page = "<!-- file: tests/examples/tutorial/first/test_video.py -->\nold\n<!-- /file -->"

    assert "```python\nfrom video import make_video" in fill(page, load(), {})
