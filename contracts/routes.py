"""Which operation of the contract document a request is, by method and path."""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from contracts.api import Api
from contracts.exchange import Sent

NAME = re.compile(r"\\\{(\w+)\\\}")


class Routes:
    """The operations of an API, found by what a request asks for."""

    def __init__(self, api: Api) -> None:
        """Know the operations of *api*."""
        self._patterns = [
            (operation, re.compile(NAME.sub(r"(?P<\1>[^/]+)", re.escape(operation.path))))
            for operation in api.operations.values()
        ]
        self._last: tuple[Sent | None, str | None] = (None, None)

    def operation(self, sent: Sent) -> str | None:
        """Return the id of the operation that *sent* is, None for none of the API."""
        if self._last[0] is not sent:  # every check asks for the same one
            self._last = sent, self._found(sent)
        return self._last[1]

    def _found(self, sent: Sent) -> str | None:
        path = urlsplit(sent.target).path
        for operation, pattern in self._patterns:
            methods = {operation.method, *(["HEAD"] if operation.allows_head else [])}
            if sent.method in methods and pattern.fullmatch(path):
                return operation.id
        return None

    def parameters(self, sent: Sent) -> Mapping[str, str]:
        """Return the values that the path of *sent* has for the names in the path of its operation."""
        path = urlsplit(sent.target).path
        for operation, pattern in self._patterns:
            found = pattern.fullmatch(path)
            if found is not None and operation.id == self.operation(sent):
                return {name: unquote(value) for name, value in found.groupdict().items()}
        return {}
