"""Everything that watches the requests of an emulator, put together: observer, journal, events, metrics, access log."""

from collections.abc import Callable
from time import perf_counter_ns

from mock_server.access_log import AccessLog, to_standard_error
from mock_server.calls import Endpoint
from mock_server.emulator import Emulator
from mock_server.events import Events, Views
from mock_server.journal_control import JournalControl
from mock_server.journal_page import JournalPage
from mock_server.keys import Keyring
from mock_server.media.library import ClipLibrary
from mock_server.metrics import Metrics
from mock_server.observing import Observer
from mock_server.redaction import Redaction
from mock_server.scraping import Scraping
from mock_server.striking import OPERATIONS

ByPath = dict[str, dict[str, Endpoint]]


class Watch:
    """What sees the requests of one emulator, and the part of the control interface that tells of them."""

    def __init__(
        self,
        emulator: Emulator,
        keyring: Keyring,
        library: ClipLibrary,
        views: Views,
        *,
        timer: Callable[[], int] = perf_counter_ns,
    ) -> None:
        """Watch *emulator*, whose accounts the keys of *keyring* open and whose videos are in *library*.

        *timer* gives nanoseconds; events show things as *views* do.
        """
        settings = emulator.settings
        redaction = Redaction(keyring.prefix, settings.control_token)
        form = settings.log_format
        self._page = JournalPage(redaction)
        self._metrics = Metrics()
        self.events = Events(emulator, views, self._page)
        operations = [OPERATIONS.get(id_, id_) for id_ in emulator.contract.api.operations]
        self.journal = JournalControl(emulator, self._page, operations)
        self._scraping = Scraping(emulator, self._metrics, library)
        self.observer = Observer(
            emulator,
            keyring,
            metrics=self._metrics,
            events=self.events,
            log=None
            if form is None
            else AccessLog(form, redaction, time=emulator.time, write=to_standard_error),
            timer=timer,
        )

    def of_all(self) -> ByPath:
        """Return the endpoints of the control interface that are on no account, by path and method."""
        return self._scraping.by_path()
