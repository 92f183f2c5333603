"""Why there is nothing to compare."""


class LookError(Exception):
    """A source could not be looked at; the message says why. *status* is that of the answer, None without one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Say why."""
        super().__init__(message)
        self.status = status
