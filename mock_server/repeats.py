"""Submissions that come again word for word, as those of a load test do: what they were found to be."""

from collections.abc import Mapping

from mock_server.request import NO_MEDIA, Request

MOST_KEPT = 256
LONGEST_KEPT = 4096  # bytes of a body


class Repeats:
    """Valid requests by the bytes that spell them and the policies that let them in.

    A request with media is not kept: what is found in those may be another thing the next time.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[bytes, tuple[Mapping[str, str], Request]] = {}

    def find(self, raw: bytes, policies: Mapping[str, str]) -> Request | None:
        """Return the request that *raw* was found to be under these very *policies*, None if it is not kept."""
        kept = self._kept.get(raw)
        return kept[1] if kept is not None and kept[0] is policies else None

    def keep(self, raw: bytes, policies: Mapping[str, str], request: Request) -> None:
        """Remember for a while that *raw* is *request* under *policies*, which nobody changes."""
        if len(raw) > LONGEST_KEPT or request.media != NO_MEDIA:
            return
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[raw] = policies, request
