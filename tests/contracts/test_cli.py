import click
import pytest

from contracts.cli import COMMANDS, command


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_its_name_and_says_what_it_does(name):
    found = command(name)

    assert isinstance(found, click.Command)
    assert found.name == name
    assert found.help
