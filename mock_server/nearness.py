"""What a client may have meant that asked for a path that does not exist."""

from functools import lru_cache

from contracts.api import Api
from mock_server.problems import Problem
from mock_server.violations import show

LONGEST_PATH = 200
MOST_SEGMENTS = 8

# What it costs to turn the path that was asked for into that of an operation, segment by segment.
ANOTHER_SEGMENT = 0.5  # one too many or too few
LOST_ID = 1.0  # one too many that looks like an id
PARAMETER = 0.3  # any segment for a {name}; one that looks like such an id costs nothing
ANOTHER_METHOD = 0.2
MOST = 0.34  # a segment, on average


class NoSuchPath(Problem):
    """A request for a path that the API does not have; *near* asks whether it meant another."""

    def __init__(self, path: str, near: str | None) -> None:
        """Refuse *path*."""
        hint = "" if near is None else f" {near}"
        message = f"{show(path)} does not exist;{hint} GET /openapi.json lists what does."
        super().__init__("not_found", message)
        self.near = near


class Nearness:
    """Finds the operation that is nearest to a request: by method, and by edit distance of the paths."""

    def __init__(self, api: Api) -> None:
        """Know the operations of *api*."""
        self._known = [
            (operation.method, operation.path, operation.path.split("/")[1:])
            for operation in api.operations.values()
        ]
        # As in job_0123: what ids of a kind have in common.
        kinds = {name: example.partition("_") for name, example in api.path_examples.items()}
        self._prefixes = {
            f"{{{name}}}": kind + dash for name, (kind, dash, _) in kinds.items() if dash
        }
        self._nearest = lru_cache(256)(self._find)

    def of(self, method: str, path: str) -> str | None:
        """Return ``did you mean GET /v1/jobs/{job_id}?``, None where nothing is near."""
        # Nothing is near to a long path, so none is kept.
        return None if len(path) > LONGEST_PATH else self._nearest(method, path)

    def _find(self, method: str, path: str) -> str | None:
        segments = [segment for segment in path.split("/") if segment]
        if len(segments) > MOST_SEGMENTS:
            return None
        cost, known = min(
            (self._distance(segments, template) + ANOTHER_METHOD * (method != known), index)
            for index, (known, _, template) in enumerate(self._known)
        )
        wanted, name, template = self._known[known]
        if cost > MOST * max(len(segments), len(template)):
            return None
        return f"did you mean {wanted} {name}?"

    def _distance(self, segments: list[str], template: list[str]) -> float:
        """Return what it costs to turn *segments* into *template*."""
        row = [ANOTHER_SEGMENT * number for number in range(len(template) + 1)]
        for segment in segments:
            looks_like_id = segment.startswith(tuple(self._prefixes.values()))
            lost = LOST_ID if looks_like_id else ANOTHER_SEGMENT
            above, row = row, [row[0] + lost]
            for index, wanted in enumerate(template):
                changed = above[index] + self._difference(segment, wanted)
                row.append(min(changed, above[index + 1] + lost, row[index] + ANOTHER_SEGMENT))
        return row[-1]

    def _difference(self, segment: str, wanted: str) -> float:
        """Return what it costs to turn *segment* into *wanted*."""
        if wanted.startswith("{"):
            prefix = self._prefixes.get(wanted)
            return 0 if prefix is not None and segment.startswith(prefix) else PARAMETER
        return _unlikeness(segment.lower(), wanted)


@lru_cache(1024)
def _unlikeness(segment: str, wanted: str) -> float:
    # Only mistakes need it.
    from difflib import SequenceMatcher  # noqa: PLC0415

    return 1 - SequenceMatcher(None, segment, wanted, autojunk=False).ratio()
