"""An OpenAPI document as an API serves it: its operations, found by method and path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from contracts.drift.canonical import Root

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
NAME = re.compile(r"\{[^{}/]*\}")
Route = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """An operation that the document describes at *path*: its *parts*, and its parameters with those of the path."""

    method: str
    path: str
    parts: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class OpenApi:
    """An OpenAPI document, version 3."""

    document: Mapping[str, Any]

    @classmethod
    def read(cls, document: Any) -> "OpenApi":
        """Return *document* as what it is.

        Raises:
            ValueError: it is no OpenAPI document of version 3.
        """
        version = document.get("openapi") if isinstance(document, dict) else None
        if not isinstance(version, str) or not version.startswith("3."):
            raise ValueError("no OpenAPI document of version 3")
        if not isinstance(document.get("paths"), dict):
            raise ValueError("an OpenAPI document without paths")
        return cls(document)

    @cached_property
    def root(self) -> Root:
        """The document, to follow references in."""
        return Root(self.document)

    @cached_property
    def operations(self) -> Mapping[Route, Described]:
        """Every operation by route: the method in capitals, and the path without the names in its braces."""
        base = self._base()
        found: dict[Route, Described] = {}
        for path, raw in self.document["paths"].items():
            item = self.root.followed(raw)
            if not isinstance(item, dict):
                continue
            for method in METHODS:
                operation = self.root.followed(item.get(method))
                if isinstance(operation, dict):
                    shared, own = self._parameters(item), self._parameters(operation)
                    found[route(method, f"{base}{path}")] = Described(
                        method=method,
                        path=path,
                        parts=operation,
                        parameters=(*{**shared, **own}.values(),),
                    )
        return found

    def _base(self) -> str:
        """Return the path that all paths are under, by the first server."""
        servers = self.document.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else None
        url = first.get("url") if isinstance(first, dict) else None
        return urlsplit(url).path.rstrip("/") if isinstance(url, str) else ""

    def _parameters(self, parts: Mapping[str, Any]) -> dict[Route, Mapping[str, Any]]:
        raw = parts.get("parameters")
        followed = [self.root.followed(one) for one in raw] if isinstance(raw, list) else []
        return {
            (str(one.get("in")), str(one.get("name"))): one
            for one in followed
            if isinstance(one, dict)
        }


def route(method: str, path: str) -> Route:
    """Return *method* and *path* as operations are found by."""
    return method.upper(), NAME.sub("{}", path)
