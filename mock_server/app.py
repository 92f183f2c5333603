"""Put the emulator together: an ASGI application from settings and contract document."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.types import ASGIApp

from contracts.api import Api
from contracts.document import load
from mock_server.admission import ControlGuard, Gate
from mock_server.calls import Endpoint
from mock_server.clock import system_now
from mock_server.control import Control, account_page, clock_page
from mock_server.cors import Cors, Preflight
from mock_server.dashboard import pages
from mock_server.description import Description
from mock_server.download import Downloads
from mock_server.emulator import Emulator
from mock_server.endpoints import Endpoints
from mock_server.events import Views
from mock_server.fault_control import FaultControl
from mock_server.file_endpoints import FileEndpoints
from mock_server.intake.inspector import Inspector
from mock_server.intake.intake import Intake, inspector_within
from mock_server.job_control import JobControl
from mock_server.keys import Keyring
from mock_server.media.library import ClipLibrary
from mock_server.nearness import Nearness
from mock_server.opening import emulator_of, storage_of
from mock_server.overview_control import OverviewControl
from mock_server.owner_control import OwnerControl
from mock_server.paths import Paths
from mock_server.quote_control import QuoteControl
from mock_server.rendering import Rendering
from mock_server.resources import Admission, Envelope, Guarded, Nowhere, Resource
from mock_server.samples import fixture, fixture_path
from mock_server.settings import Settings
from mock_server.signing import Signer
from mock_server.storage import Storage
from mock_server.striking import DOWNLOAD, OPERATIONS, caller, struck
from mock_server.unrouted import Unrouted
from mock_server.watch import Watch


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
    contract = load(settings.documents)
    emulator = emulator_of(
        contract, settings, time, storage or storage_of(settings), keeps_journals=settings.control
    )
    limits = contract.api.limits
    inspector = inspector_within(limits.decode_seconds, limits.decode_memory_bytes)
    return assemble(emulator, inspector, ClipLibrary(settings.media_cache_bytes)).app


class Assembly(NamedTuple):
    """What is around an emulator: *app* for its clients, *control* for whoever runs it in his own process."""

    app: ASGIApp
    control: OwnerControl


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
    if settings.control:
        guard = ControlGuard(emulator=emulator, keyring=keyring, settings=settings)
        apps |= _control(control_calls(emulator, watch, jobs, intake), guard)
    nowhere = Nowhere(Nearness(api))
    paths = Paths(apps, otherwise=Unrouted(nowhere))
    if settings.cors is None:
        app: ASGIApp = _envelope(paths, emulator, watch)
    else:
        app = Cors(_envelope(Preflight(paths), emulator, watch), settings.cors)
    control = OwnerControl(emulator, keyring, jobs, watch)
    return Assembly(app, control)


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


class ControlCalls(NamedTuple):
    """The emulator's own calls by path and method: on an account, on none, and the pages of the dashboard."""

    of_accounts: dict[str, dict[str, Endpoint]]
    of_all: dict[str, dict[str, Endpoint]]
    pages: dict[str, dict[str, Endpoint]]


def control_calls(
    emulator: Emulator, watch: Watch, jobs: JobControl, intake: Intake
) -> ControlCalls:
    """Return what answers each call of the control interface of *emulator*, whose requests *watch* sees."""
    of_accounts = (
        Control(emulator).by_path()
        | FaultControl(emulator).by_path()
        | jobs.by_path()
        | watch.of_accounts()
        | QuoteControl(emulator, intake).by_path()
    )
    of_all = OverviewControl(emulator).by_path() | watch.of_all()
    return ControlCalls(of_accounts, of_all, pages.by_path())


def _control(calls: ControlCalls, guard: ControlGuard) -> dict[str, ASGIApp]:
    """Return what answers each path of the control interface, to whom *guard* lets in."""
    return {
        path: Guarded(Resource(methods, dict.fromkeys(methods, admission)), refuse)
        for by_path, admission, refuse in (
            (calls.of_accounts, guard.account, guard.refuse_strangers),
            (calls.of_all, guard.anyone, guard.refuse_strangers),
            (calls.pages, guard.anyone, guard.refuse_other_hosts),
        )
        for path, methods in by_path.items()
    }
