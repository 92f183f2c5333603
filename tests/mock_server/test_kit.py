"""The commands of the kit: known without it, loaded when called."""

import subprocess
import sys

import click
import pytest

from contracts.cli import COMMANDS
from mock_server.cli import main
from mock_server.kit import HELP, kit_commands

# Runs the command as if *missing* were not installed, and prints its status and the kit's modules that were loaded.
PROGRAM = """
import sys
missing = {missing!r}

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == missing:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Finder())
from mock_server.cli import main
main({arguments!r}, leave=lambda status: print("status", status))
print("loaded", *sorted({{"contracts.cli", "httpx", "hypothesis", "jsonschema"}} & sys.modules.keys()))
"""


def run(*arguments, missing=None):
    program = PROGRAM.format(arguments=arguments, missing=missing)
    return subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )


def test_help_lists_the_commands_without_loading_them():
    said = run("--help").stdout

    assert all(f"  {name} " in said for name in HELP)
    assert said.splitlines()[-1].split() == ["loaded"]


def test_commands_are_those_of_the_kit():
    assert HELP.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", HELP)
def test_command_has_help_of_its_own(name, capsys):
    statuses: list[int] = []
    main([name, "--help"], leave=statuses.append)

    assert statuses == [0]
    assert capsys.readouterr().out.startswith(f"Usage: wan-mock {name} [OPTIONS]")


@pytest.mark.parametrize("command", kit_commands(), ids=lambda command: command.name)
def test_listed_command_has_the_help_of_the_kits(command):
    context = click.Context(command, info_name=command.name)

    assert "--format" in command.get_help(context)
    assert command.short_help == HELP[command.name]


@pytest.mark.parametrize(("name", "missing"), [("drift", "httpx"), ("check", "hypothesis")])
def test_kit_that_is_not_installed_is_one_line(name, missing):
    ended = run(name, "http://127.0.0.1:9", missing=missing)

    assert ended.stdout.startswith("status 2\n")
    assert ended.stderr == (
        f"wan-mock: {name} needs {missing}, of the kit: pip install 'wan-mock[contracts]'\n"
    )


def test_module_of_our_own_that_is_missing_is_no_matter_of_installing():
    ended = run("drift", "http://127.0.0.1:9", missing="contracts.drift.command")

    assert "ModuleNotFoundError: No module named 'contracts.drift.command'" in ended.stderr
