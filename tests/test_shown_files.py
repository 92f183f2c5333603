"""What README and the pages on pytest and exec show is what is seen."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "examples"
FILE = re.compile(r"<!-- file: .*?<!-- /file -->", re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)```$", re.DOTALL | re.MULTILINE)
PATH = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_page_of_pytest_says_what_is_seen(pytester: pytest.Pytester):
    for name in ("test_video.py", "pytest.ini"):
        text = (EXAMPLES / "pytest" / name).read_text(encoding="utf-8")
        (pytester.path / name).write_text(text, encoding="utf-8")
    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["wan-mock: 2 jobs in 2 accounts would have cost US$ 1.38; *"])


def test_page_of_exec_says_what_is_seen(tool):
    tool("curl")
    ran = subprocess.run(
        ["sh", str(EXAMPLES / "exec" / "submit.sh")],
        env={**os.environ, "PATH": PATH},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.startswith('{"job_id":"job_')
    assert f"```text\n{ran.stderr}```" in page("docs/exec.md")


def test_python_of_the_readme_runs():
    """What it shows of files is run elsewhere."""
    (program,) = PYTHON.findall(FILE.sub("", page("README.md")))
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert (ran.stdout, ran.stderr) == ("[] [] 0.0\n", "")
