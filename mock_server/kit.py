"""The commands of the kit, which are listed without it and load it when they are called."""

from typing import Any

import click

INSTALL = "pip install 'wan-mock[contracts]'"
OWN = ("contracts", "mock_server")
HELP = {
    "check": "Check whether an API keeps the contract.",
    "conformance": "Tell whether a client of the API is fit for production.",
    "drift": "Compare what an API publishes with the contract document.",
}


class KitCommand(click.Command):
    """A command whose name and short help are known, and the rest is the kit's."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Return the context of the kit's command, which then runs in place of this one.

        Raises:
            UsageError: the libraries of the kit are not installed.
        """
        return self._loaded().make_context(info_name, args, parent, **extra)

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the kit's command.

        Raises:
            UsageError: the libraries of the kit are not installed.
        """
        return self._loaded().get_help(ctx)

    def _loaded(self) -> click.Command:
        assert self.name is not None
        try:
            from contracts.cli import command  # noqa: PLC0415 - the emulator does without the kit

            return command(self.name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in OWN:
                raise
            needs = f"{self.name} needs {error.name}, of the kit"
            raise click.UsageError(f"{needs}: {INSTALL}") from None


def kit_commands() -> list[KitCommand]:
    """Return the commands of the kit."""
    return [KitCommand(name, short_help=text) for name, text in HELP.items()]
