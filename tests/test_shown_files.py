"""The files that pages show are shown as they are, and run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / name for name in ("exec.md", "pytest.md", "python.md")]
SHOWN = re.compile(
    r"^<!-- file: (\S+) -->\n\n```\w+\n(.*?)```\n\n<!-- /file -->$", re.DOTALL | re.M
)
PYTHON = re.compile(r"^```python\n(.*?)```$", re.DOTALL | re.M)
PATH = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_shows_its_files_as_they_are(page: Path):
    text = page.read_text(encoding="utf-8")
    shown = SHOWN.findall(text)

    assert len(shown) == text.count("<!-- file: ") > 0
    for path, content in shown:
        assert content == (ROOT / path).read_text(encoding="utf-8"), path


def test_page_of_pytest_says_what_is_seen(pytester: pytest.Pytester):
    for name in ("test_video.py", "pytest.ini"):
        text = (ROOT / "tests" / "examples" / "pytest" / name).read_text(encoding="utf-8")
        (pytester.path / name).write_text(text, encoding="utf-8")
    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["wan-mock: 2 jobs in 2 accounts would have cost US$ 1.38; *"])


def test_page_of_exec_says_what_is_seen(tool):
    tool("curl")
    command = ["sh", str(ROOT / "tests" / "examples" / "exec" / "submit.sh")]
    ran = subprocess.run(
        command, env={**os.environ, "PATH": PATH}, capture_output=True, text=True, check=True
    )

    assert ran.stdout.startswith('{"job_id":"job_')
    assert f"```text\n{ran.stderr}```" in PAGES[0].read_text(encoding="utf-8")


def test_python_of_the_readme_runs(pytester: pytest.Pytester):
    blocks = PYTHON.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    pytester.makepyfile("\n".join(blocks))

    assert len(blocks) == 2
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
