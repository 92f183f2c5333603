"""The way from an account object to the emulator: every call is made in the emulator's own thread."""

from collections.abc import Mapping
from typing import Any

from mock_server.owner_control import OwnerControl
from mock_server.server import ThreadServer


class Channel:
    """Asks the emulator of this process about one account; from any thread."""

    def __init__(self, control: OwnerControl, server: ThreadServer, account: str) -> None:
        """Ask *control*, which *server* has in its thread, about *account*."""
        self.account = account
        self.server = server
        self._control = control

    def ask(
        self,
        operation: str,
        fields: Mapping[str, Any] | None = None,
        **path_parameters: str,
    ) -> Any:
        """Return what the call *operation* of the control interface, as in ``PUT /_mock/clock``, answers.

        Raises:
            ValueError: it is refused.
            LookupError: what the *path_parameters* name is not there.
        """
        return self.server.call(
            lambda: self._control.ask(self.account, operation, fields, **path_parameters)
        )

    def jobs(self) -> list[dict[str, Any]]:
        """Return the pages of all jobs, newest first."""
        return self.server.call(lambda: self._control.jobs(self.account))

    def requests(self, filters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the entries of the journal that pass *filters*, newest first.

        Raises:
            ValueError: a filter that cannot be.
        """
        return self.server.call(lambda: self._control.requests(self.account, filters))
