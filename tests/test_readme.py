"""The README says what is so."""

import json
import re
import shlex
from pathlib import Path

import pytest

from contracts.document import load
from docs.generate import BLOCKS, README, fill
from mock_server.cli import main

TEXT = README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)


def bodies() -> list[str]:
    """The bodies that the README's curl commands send."""
    commands = [
        shlex.split(block.replace("\\\n", " ")) for block in blocks("sh") if "curl" in block
    ]
    return [command[command.index("-d") + 1] for command in commands if "-d" in command]


@pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.name)
def test_the_generated_parts_are_those_of_contract_document_and_catalogue(path: Path):
    text = path.read_text(encoding="utf-8")

    assert fill(text, load(), BLOCKS[path]) == text, "run make readme"


def test_the_bad_request_gets_the_answer_shown(client):
    answer = client.send("POST", "/v1/videos/generations", body=bodies()[1].encode())

    assert answer.body.decode() == blocks("json")[1].strip()


def test_the_good_request_gets_the_answer_shown_but_for_the_time(client):
    answer = client.as_("sk-empiriolabs-me").send(
        "POST", "/v1/videos/generations", body=bodies()[0].encode()
    )

    assert answer.status == 202
    shown = json.loads(blocks("json")[0])
    assert answer.json | {"created_at": shown["created_at"]} == shown


def test_the_quote_is_the_one_shown(capsys: pytest.CaptureFixture[str]):
    (command,) = [shlex.split(block) for block in blocks("sh") if "quote" in block]
    main(command[1:], leave=lambda _: None)

    assert capsys.readouterr().out in blocks("text")


@pytest.mark.parametrize(
    "path", [README, *(README.parent / "docs").glob("*.md")], ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Path):
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))

    for link in links:
        assert (path.parent / link).exists(), link
