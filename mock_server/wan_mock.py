"""An emulator in the process of its tests: in a thread, on a port of its own."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

from contracts.document import load
from mock_server.app import assemble
from mock_server.clock import system_now
from mock_server.intake.inspector import Inspector
from mock_server.media.library import ClipLibrary
from mock_server.opening import emulator_of, storage_of
from mock_server.server import ThreadServer
from mock_server.settings import FOR_SERVE, REDIS, Settings, SettingsError, shown
from mock_server.spend import Spend
from mock_server.testing.account import API_ROOT, MockAccount
from mock_server.testing.channel import Channel

# What an account object tells it tells at once, also where an event loop is running.
NOT_READ = "is not for WanMock, whose accounts are read without waiting; memory or sqlite:FILE would do, or wan-mock serve with this state"


class SettingsFields(TypedDict, total=False):
    """The fields of `Settings`, each with the same meaning and default, but for *port*: any free one."""

    host: str
    port: int
    seed: int
    latency: str | float
    clock: str
    balance: str | float | Decimal
    rpm: int | None
    policies: Mapping[str, str]
    public_url: str | None
    keys: Collection[str] | None
    control: bool
    control_token: str | None
    cors: str | None
    max_body: int | None
    documents: tuple[Path, ...]
    media_cache_bytes: int
    media_folder: Path | None
    product_bytes: int
    journal_entries: int
    journal_bytes: int
    log_format: str | None
    state: str
    workers: int
    server: str
    drain: float


class WanMock:
    """An emulator that runs in a thread of this process, between `start` and `stop` or in a `with` block.

    Signals and logging stay as they are, a caller may have a running event loop, and several may run at once.
    What `account` gives works with `control=False` as well: that takes `/_mock` away from HTTP alone.
    """

    def __init__(self, settings: Settings | None = None, **fields: Unpack[SettingsFields]) -> None:
        """Set it up as *settings* and *fields* say, of which the latter win.

        It listens on a free port, unless *port* is among the fields: every Settings value has one.

        Raises:
            SettingsError: a setting that cannot be.
            DocumentError: a contract document that is not well formed.
        """
        usual = settings or Settings()
        chosen: dict[str, Any] = {"port": 0, **fields}
        _refuse_what_is_for_serve(usual, chosen)
        self.settings = settings = replace(usual, **chosen)
        if settings.state.startswith(REDIS):
            raise SettingsError(f"state={shown(settings.state)!r} {NOT_READ}")
        contract = load(settings.documents)
        limits = contract.api.limits
        self._storage = storage_of(settings)
        self._library = ClipLibrary(settings.media_cache_bytes)
        # Not the one that all applications of the process share: this one is closed at the end.
        self._inspector = Inspector(
            seconds=limits.decode_seconds, memory_bytes=limits.decode_memory_bytes
        )
        self._threads = ThreadPoolExecutor(thread_name_prefix="wan-mock")
        # The journal is there also where HTTP has no control of it.
        emulator = emulator_of(
            contract, settings, system_now, self._storage, keeps_journals=True, is_alone=True
        )
        assembly = assemble(emulator, self._inspector, self._library)
        self._control = assembly.control()
        self._server = ThreadServer(
            assembly.app, host=settings.host, port=settings.port, threads=self._threads
        )
        self._key_variable = contract.api.key_variable
        self._has_stopped = False
        self._spent_until_end: Spend | None = None

    @property
    def url(self) -> str:
        """The root, as in `http://127.0.0.1:41234`; RuntimeError if it is not running."""
        return self._server.url

    @property
    def base_url(self) -> str:
        """The root of the API: `url` + `/v1`; RuntimeError if it is not running."""
        return self.url + API_ROOT

    @property
    def spend(self) -> Spend:
        """How many jobs were made so far, and what they would have cost with the real API."""
        spent = self._spent_until_end
        return self._server.call(lambda: self._control.spend) if spent is None else spent

    def account(self, name: str | None = None) -> MockAccount:
        """Return the account *name*, or a fresh one: a1, a2, … without those that are there already.

        With the setting *keys*, fresh ones are those whose keys it has.

        Raises:
            ValueError: *name* cannot be one, or the setting *keys* has no key for it.
        """
        opened, key = self._server.call(lambda: self._control.open(name))
        return MockAccount(Channel(self._control, self._server, opened), key, self._key_variable)

    def start(self) -> Self:
        """Return once requests are answered. An emulator is started once; what `account` gives works before that too.

        Raises:
            BindError: it cannot listen on host and port.
            RuntimeError: it was started already.
        """
        if self._has_stopped:
            raise RuntimeError("the emulator has been stopped; make another one")
        self._server.start()
        return self

    def stop(self) -> None:
        """Return once no thread, socket, process or file is left; what a thread is at work on ends first.

        Accounts can still be read. Without effect if it has stopped already.
        """
        self._has_stopped = True
        self._server.stop()
        self._spent_until_end = self.spend
        self._threads.shutdown()
        self._library.close(wait=True)
        self._inspector.close(wait=True)
        self._control.close()
        self._storage.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        """Return where it runs."""
        try:
            return f"<WanMock {self.url}>"
        except RuntimeError:
            return "<WanMock, not running>"


def _refuse_what_is_for_serve(settings: Settings, chosen: Mapping[str, Any]) -> None:
    """Refuse what a thread cannot have, in *settings* or *chosen* in place of them.

    Raises:
        SettingsError: there is such a setting.
    """
    usual = Settings()
    for name in FOR_SERVE:
        value = chosen.get(name, getattr(settings, name))
        if value != getattr(usual, name):
            raise SettingsError(f"{name}={value!r} is for wan-mock serve; leave it out")
