"""Every command, option and error is in the reference."""

from contracts.document import load
from docs import reference
from mock_server.cli import cli


def test_every_command_is_told():
    told = reference.commands()

    assert all(f"## wan-mock {name}\n" in told for name in cli.commands)


def test_a_default_is_told_once():
    (row,) = [row for row in reference.settings().splitlines() if row.startswith("| `--clock`")]

    assert "| `real` | How accounts' clocks run. One of" in row


def test_a_default_that_only_words_tell_is_taken_from_the_help():
    (row,) = [row for row in reference.settings().splitlines() if "`--media-folder`" in row]

    assert "| the temporary folder |" in row


def test_every_error_is_told_with_what_to_do():
    told = reference.errors(load())

    assert all(f"`{code}`" in told for code in load().api.errors)
