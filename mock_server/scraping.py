"""``GET /metrics``: the emulator's numbers for Prometheus."""

from functools import cached_property
from typing import TYPE_CHECKING

from mock_server.answers import Answer
from mock_server.calls import Call, Endpoint
from mock_server.emulator import Emulator
from mock_server.media.library import ClipLibrary
from mock_server.metrics import Metrics

if TYPE_CHECKING:
    from mock_server.exposition import Exposition


class Scraping:
    """The endpoint that tells the numbers of *emulator*, the *metrics* of its requests, and its *library* of videos."""

    def __init__(self, emulator: Emulator, metrics: Metrics, library: ClipLibrary) -> None:
        """Tell nothing yet."""
        self._parts = (emulator, metrics, library)

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {"/metrics": {"GET": self.scrape}}

    async def scrape(self, call: Call) -> Answer:
        """Tell the numbers in the format that the client asks for."""
        body, content_type = self._exposition.page(call.header(b"accept") or "")
        return Answer(status=200, body=body, content_type=content_type)

    @cached_property
    def _exposition(self) -> "Exposition":
        # Few scrape, and the library takes its time to load.
        from mock_server.exposition import Exposition  # noqa: PLC0415

        return Exposition(*self._parts)
