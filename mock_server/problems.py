"""Every error that a client can be shown, and its body: the API's own envelope.

Problem
└── InvalidRequest    one or more broken rules, each a violation
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from contracts.api import ErrorKind


class Violation(NamedTuple):
    """A broken rule of a request: which one, where (a JSON Pointer), and what would do."""

    rule: str
    pointer: str
    message: str

    @property
    def param(self) -> str | None:
        """The field or query parameter at fault, None for the body as a whole."""
        return (
            self.pointer.split("/")[1].replace("~1", "/").replace("~0", "~")
            if self.pointer
            else None
        )


def pointer(path: Iterable[str | int]) -> str:
    """Return *path* as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


class Problem(Exception):  # noqa: N818 - a client's mistake, not this program's error
    """A request that is refused with a *code* of the contract's error table.

    *near* is what the client may have meant, where it meant something else.
    """

    near: str | None = None

    def __init__(
        self,
        code: str,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        violations: Sequence[Violation] = (),
    ) -> None:
        """Refuse with *code*; *message* names the place, the value and what would do."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param
        self.headers = dict(headers or {})
        self.violations = tuple(violations)


class InvalidRequest(Problem):
    """A request that breaks rules of the contract; the first of them speaks for all."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Refuse for *violations*, at least one, in the contract's order."""
        first = violations[0]
        super().__init__("invalid_request", first.message, param=first.param, violations=violations)


def envelope(problem: Problem, kind: ErrorKind) -> dict[str, Any]:
    """Return the body of *problem*, an error of *kind*; ``details`` are of the emulator alone."""
    error: dict[str, Any] = {
        "message": problem.message,
        "type": kind.type,
        "param": problem.param,
        "code": problem.code,
    }
    if problem.violations:
        error["details"] = [
            {"rule": broken.rule, "pointer": broken.pointer, "message": broken.message}
            for broken in problem.violations
        ]
    return {"error": error}
