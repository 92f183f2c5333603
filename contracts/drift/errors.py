"""Why there is nothing to compare."""

from contracts.errors import ContractError


class UrlError(ContractError):
    """A URL is none, or names a host that does not exist; the message says which, and what would do."""


class LookError(Exception):
    """A source could not be looked at; the message says why. *status* is that of the answer, None without one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Say why."""
        super().__init__(message)
        self.status = status
