"""Applications whose emulator a test has at hand, to close it; otherwise they are what `create_app` returns."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.types import ASGIApp

from contracts.document import load
from mock_server.app import assemble
from mock_server.emulator import Emulator
from mock_server.intake.intake import inspector_within
from mock_server.media.library import ClipLibrary
from mock_server.opening import emulator_of, storage_of
from mock_server.settings import Settings


class Application(NamedTuple):
    """An application, and the emulator in it."""

    app: ASGIApp
    emulator: Emulator


def open_application(settings: Settings, time: Callable[[], int]) -> Application:
    """Return an application with *settings* for which *time* gives the present."""
    contract = load(settings.documents)
    storage = storage_of(settings)
    emulator = emulator_of(contract, settings, time, storage, keeps_journals=settings.control)
    limits = contract.api.limits
    inspector = inspector_within(limits.decode_seconds, limits.decode_memory_bytes)
    app = assemble(emulator, inspector, ClipLibrary(settings.media_cache_bytes)).app
    return Application(app, emulator)
