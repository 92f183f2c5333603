"""Put the emulator together: an ASGI application from settings and contract document."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from starlette.types import ASGIApp

from contracts.api import Api
from contracts.document import load
from mock_server.admission import ControlGuard, Gate
from mock_server.calls import Endpoint
from mock_server.clock import system_now
from mock_server.control import account_page, clock_page
from mock_server.cors import Cors, Preflight
from mock_server.description import Description
from mock_server.download import Downloads
from mock_server.emulator import Emulator
from mock_server.endpoints import Endpoints
from mock_server.events import Views
from mock_server.file_endpoints import FileEndpoints
from mock_server.intake.inspector import Inspector
from mock_server.intake.intake import Intake, inspector_within
from mock_server.job_control import JobControl
from mock_server.keys import Keyring
from mock_server.media.library import ClipLibrary
from mock_server.nearness import Nearness
from mock_server.opening import emulator_of, storage_of
from mock_server.paths import Annex, Paths
from mock_server.rendering import Rendering
from mock_server.resources import Admission, Envelope, Nowhere, Resource
from mock_server.samples import fixture, fixture_path
from mock_server.settings import Settings
from mock_server.signing import Signer
from mock_server.storage import Storage
from mock_server.striking import DOWNLOAD, OPERATIONS, caller, struck
from mock_server.unrouted import Unrouted
from mock_server.watch import Watch

if TYPE_CHECKING:
    from mock_server.owner_control import OwnerControl


def create_app(
    settings: Settings | None = None,
    *,
    time: Callable[[], int] = system_now,
    storage: Storage | None = None,
) -> ASGIApp:
    """Return the emulator as an ASGI application, for any server or ASGI transport; it needs no lifespan.

    *time* gives the present in microseconds since the epoch. What users send is kept in *storage*, by
    default one of the application's own, which goes with it or at the end of the process.

    Raises:
        SettingsError: a setting that cannot be.
        DocumentError: a contract document that is not well formed.
    """
    settings = settings or Settings()
    return open_app(settings, time=time, storage=storage or storage_of(settings)).app


class Opened(NamedTuple):
    """The application, and what lets go of its accounts' state and removes files that are not to last."""

    app: ASGIApp
    close: Callable[[], Awaitable[None]]


def open_app(
    settings: Settings, *, storage: Storage, time: Callable[[], int] = system_now
) -> Opened:
    """Return what `create_app` does, for whoever closes it in the event loop that it answered in."""
    contract = load(settings.documents)
    emulator = emulator_of(contract, settings, time, storage, keeps_journals=settings.control)
    limits = contract.api.limits
    inspector = inspector_within(limits.decode_seconds, limits.decode_memory_bytes)
    library = ClipLibrary(settings.media_cache_bytes)

    async def close() -> None:
        await emulator.close()
        storage.close()

    return Opened(assemble(emulator, inspector, library).app, close)


class Assembly(NamedTuple):
    """What is around an emulator: *app* for its clients, and what it takes to control it without HTTP."""

    app: ASGIApp
    emulator: Emulator
    keyring: Keyring
    jobs: JobControl
    watch: Watch

    def control(self) -> "OwnerControl":
        """Return the control interface for whoever runs the emulator in his own process."""
        from mock_server.owner_control import OwnerControl  # noqa: PLC0415 - no server needs it

        return OwnerControl(self.emulator, self.keyring, self.jobs, self.watch)


def assemble(emulator: Emulator, inspector: Inspector, library: ClipLibrary) -> Assembly:
    """Put everything around *emulator*; *inspector* looks at what users send, *library* has the videos."""
    settings, api = emulator.settings, emulator.contract.api
    keyring = Keyring(api, settings.keys)
    signer = Signer(settings.seed)
    rendering = Rendering(emulator.contract, signer)
    intake = Intake(api.limits, inspector, sample=fixture_path)
    jobs = JobControl(emulator, rendering)
    views = Views(job=jobs.page, account=account_page, clock=clock_page)
    watch = Watch(emulator, keyring, library, views)
    downloads = Downloads(emulator, signer, library)
    apps = _operations(emulator, Gate(emulator, keyring), rendering, intake, downloads)
    otherwise: ASGIApp = Unrouted(Nowhere(Nearness(api)))
    if settings.control:
        guard = ControlGuard(emulator=emulator, keyring=keyring, settings=settings)
        control = partial(_control, emulator, watch, jobs, intake, guard)
        otherwise = Annex(control, otherwise)
    paths = Paths(apps, otherwise)
    if settings.cors is None:
        app: ASGIApp = _envelope(paths, emulator, watch)
    else:
        app = Cors(_envelope(Preflight(paths), emulator, watch), settings.cors)
    return Assembly(app, emulator, keyring, jobs, watch)


def _envelope(app: ASGIApp, emulator: Emulator, watch: Watch) -> Envelope:
    return Envelope(
        app,
        emulator.contract.api,
        watch.observer,
        recorder=emulator.recorder(watch.observer.account_of, watch.observer.timer),
        first=emulator.first_request,
    )


def _operations(
    emulator: Emulator, gate: Gate, rendering: Rendering, intake: Intake, downloads: Downloads
) -> dict[str, ASGIApp]:
    """Return what answers each path of the contract document."""
    endpoints = {
        **Endpoints(emulator, rendering, intake).by_operation(),
        **FileEndpoints(emulator, rendering).by_operation(),
        "download": downloads.download,
        "fixture": fixture,
        "openapi": Description(emulator.contract, emulator.terms.policies).openapi,
    }
    for id_, operation in OPERATIONS.items():
        owner = downloads.owner if operation == DOWNLOAD else caller
        endpoints[id_] = struck(endpoints[id_], operation, emulator, owner)
    admissions: dict[str, Admission] = {
        "required": gate.required,
        "optional": gate.optional,
        "none": gate.anyone,
    }
    return {
        path: Resource(methods, {method: admissions[keys[method]] for method in methods}, names)
        for path, (methods, keys, names) in _by_path(emulator.contract.api, endpoints).items()
    }


def _by_path(
    api: Api, endpoints: dict[str, Endpoint]
) -> dict[str, tuple[dict[str, Endpoint], dict[str, str], dict[str, str]]]:
    """Return for each path its endpoints, who may call them, and their names, all by method."""
    paths: dict[str, tuple[dict[str, Endpoint], dict[str, str], dict[str, str]]] = {}
    for operation in api.operations.values():
        methods, keys, names = paths.setdefault(operation.path, ({}, {}, {}))
        for method in (operation.method, "HEAD") if operation.allows_head else (operation.method,):
            methods[method] = endpoints[operation.id]
            keys[method] = operation.key
            names[method] = OPERATIONS.get(operation.id, operation.id)
    return paths


def _control(
    emulator: Emulator, watch: Watch, jobs: JobControl, intake: Intake, guard: ControlGuard
) -> Mapping[str, ASGIApp]:
    """Return what answers each path of the control interface, to whom *guard* lets in."""
    # At the first call of it: most clients make none, and all would wait for it to be loaded.
    from mock_server.control_calls import control_apps, control_calls  # noqa: PLC0415

    return control_apps(control_calls(emulator, watch, jobs, intake), guard)
