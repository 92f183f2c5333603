"""Open an emulator and its files where the settings keep accounts."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.api import Limits
from contracts.document import Contract, published
from mock_server.emulator import Emulator
from mock_server.pricing import show_dollars
from mock_server.settings import MEMORY, REDIS, SQLITE, UNLIMITED, Settings, SettingsError, shown
from mock_server.shelf import OWN
from mock_server.storage import Storage

if TYPE_CHECKING:
    from mock_server.state.log import Log

FORMAT = 1  # of what is kept; another one is read by none of this
FILES = "-files"
MARK_BYTES = 8


def storage_of(settings: Settings) -> Storage:
    """Return where files lie: beside a file of state, whose processes share them, else in a folder that goes with this one.

    Raises:
        SettingsError: there can be no folder beside the file.
    """
    mark = os.urandom(MARK_BYTES).hex()
    if settings.state.startswith(REDIS):
        with _library("redis"):
            from mock_server.state.redis_files import RedisFiles  # noqa: PLC0415
        return RedisFiles(settings.media_folder, mark)
    if settings.state == MEMORY:
        return Storage(settings.media_folder)
    folder = Path(f"{_file_of(settings)}{FILES}")
    try:
        folder.mkdir(OWN, exist_ok=True)
    except OSError as error:
        place = folder if folder.parent.is_dir() else folder.parent
        raise SettingsError(f"state={shown(settings.state)!r}: {place}: {error.strerror}") from None
    return Storage(lasting=folder, mark=mark)


def emulator_of(
    contract: Contract,
    settings: Settings,
    time: Callable[[], int],
    storage: Storage,
    *,
    keeps_journals: bool,
    is_alone: bool = False,
) -> Emulator:
    """Return the emulator of *contract* that keeps its accounts where *settings* say; see `Emulator`.

    Whoever *is_alone* with a file of state has it written at once, also from outside of any task.

    Raises:
        SettingsError: a setting that cannot be, or a state that cannot be opened or was made with other settings.
    """
    if settings.state == MEMORY:
        return Emulator(contract, settings, time, storage, keeps_journals=keeps_journals)
    # Most keep accounts in memory, and the libraries of the others take their time to load.
    from mock_server.state.log import StateError  # noqa: PLC0415
    from mock_server.state.shared import SharedEmulator  # noqa: PLC0415

    try:
        log = _log_of(settings, storage, contract.api.limits, is_alone=is_alone)
    except StateError as error:
        raise SettingsError(f"state={shown(settings.state)!r}: {error}") from None
    return SharedEmulator(contract, settings, time, storage, log, keeps_journals=keeps_journals)


def _log_of(settings: Settings, storage: Storage, limits: Limits, *, is_alone: bool) -> "Log":
    from mock_server.state.log import Bounds  # noqa: PLC0415

    bounds = Bounds(settings.journal_entries, settings.journal_bytes)
    deciding, mark = _deciding(settings), os.urandom(MARK_BYTES)
    if settings.state.startswith(SQLITE):
        from mock_server.state.sqlite_log import SqliteLog  # noqa: PLC0415

        return SqliteLog(_file_of(settings), deciding, mark, bounds, is_alone=is_alone)
    with _library("redis"):
        from mock_server.state.redis_files import RedisFiles  # noqa: PLC0415
        from mock_server.state.redis_log import RedisLog  # noqa: PLC0415

    log = RedisLog(settings.state, deciding, mark, bounds)
    if isinstance(storage, RedisFiles):
        storage.log, storage.seconds = log, limits.file_retention_seconds
    return log


@contextmanager
def _library(extra: str) -> Iterator[None]:
    """Tell what is missing where the library of *extra* is not installed.

    Raises:
        SettingsError: it is not.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"needs the package {error.name}; pip install 'wan-mock[{extra}]' would do"
        raise SettingsError(message) from None


def _file_of(settings: Settings) -> Path:
    return Path(settings.state.removeprefix(SQLITE)).absolute()


def _deciding(settings: Settings) -> str:
    """Return the settings that decide what comes of a command, in which all processes of a state must be alike."""
    digest = hashlib.sha256()
    for source in (*published(), *settings.documents):
        digest.update(source.read_bytes())
    balance = settings.balance_micros
    deciding = {
        "format": FORMAT,
        "contract": digest.hexdigest()[:16],
        "seed": settings.seed,
        "latency": settings.latency,
        "clock": settings.clock,
        "balance": UNLIMITED if balance is None else show_dollars(balance),
        "rpm": settings.rpm,
        "policies": dict(settings.policies),
        "product_bytes": settings.product_bytes,
        "journal_entries": settings.journal_entries,
        "journal_bytes": settings.journal_bytes,
    }
    return json.dumps(deciding, sort_keys=True)
