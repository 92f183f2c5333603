"""A failure as a pytest file: it fails for as long as the target breaks the rule."""

import re
import textwrap
from pprint import pformat

from contracts.document import Contract
from contracts.events import RuleBroken, RunStarted
from contracts.exchange import MAIN, OTHER
from contracts.printable import one_line
from contracts.reports.curl import BASE_VARIABLE, key_variable
from contracts.reports.steps import words
from contracts.reports.summary import summary_of
from contracts.script_json import to_json

WIDTH = 96
DEFAULT_URL = "http://127.0.0.1:8026"

FILE = """\
{about}
#
# Needs wan-mock[contracts]. The environment chooses another target, key and budget in US dollars:
# {base_variable} (the root of the API), {main_variable} and WAN_MOCK_MAX_COST.

import os

from contracts.replay import replay

RULE = {rule!r}
SCRIPT = {script}


def test_{name}():
    broken = replay(
        SCRIPT,
        RULE,
        os.environ.get("{base_variable}", {url!r}),
        keys={{
            "main": os.environ.get("{main_variable}"),
            "other": os.environ.get("{other_variable}"),
        }},
        max_cost=os.environ.get("WAN_MOCK_MAX_COST", "0"),
        control_token=os.environ.get("WAN_MOCK_CONTROL_TOKEN"),
    )

    assert broken == []
"""


def pytest_file(broken: RuleBroken, started: RunStarted, contract: Contract) -> str:
    """Return the source of the file that replays *broken*, which was found by the run that *started*."""
    summary = summary_of(broken, contract)
    steps = [f"{number}. {words(step)}" for number, step in enumerate(broken.script.steps, 1)]
    lines = [
        summary.sentence,
        f"Expected {summary.expected}; received {summary.received}.",
        *([summary.note] if summary.note else []),
        "",
        *steps,
    ]
    return FILE.format(
        about="\n".join(map(_comment, lines)),
        rule=summary.rule,
        script=pformat(to_json(broken.script), width=WIDTH, sort_dicts=False),
        name=re.sub(r"\W", "_", summary.rule, flags=re.ASCII).lower(),
        url=started.target if "://" in started.target else DEFAULT_URL,
        base_variable=BASE_VARIABLE,
        main_variable=key_variable(MAIN),
        other_variable=key_variable(OTHER),
    )


def _comment(text: str) -> str:
    """Return *text*, wrapped, as comments."""
    wrapped = textwrap.wrap(
        one_line(text),
        WIDTH,
        subsequent_indent="   ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(f"# {line}" for line in wrapped) or "#"
