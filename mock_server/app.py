"""Put the emulator together: an ASGI application from settings and contract document."""

from collections.abc import Callable

from starlette.routing import Router
from starlette.types import ASGIApp

from contracts.api import Api, Limits
from contracts.document import load
from mock_server.admission import ControlGuard, Gate
from mock_server.calls import Endpoint
from mock_server.clock import system_now
from mock_server.control import Control
from mock_server.cors import Cors, Preflight
from mock_server.description import Description
from mock_server.download import Downloads
from mock_server.emulator import Emulator
from mock_server.endpoints import Endpoints
from mock_server.file_endpoints import FileEndpoints
from mock_server.intake.intake import Intake, inspector_within
from mock_server.job_control import JobControl
from mock_server.keys import Keyring
from mock_server.media.library import ClipLibrary
from mock_server.paths import Paths
from mock_server.rendering import Rendering
from mock_server.resources import Admission, Envelope, Guarded, Resource, no_such_path
from mock_server.samples import fixture, fixture_path
from mock_server.settings import Settings
from mock_server.signing import Signer
from mock_server.storage import Storage


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
    emulator = Emulator(contract, settings, time, storage or Storage(settings.media_folder))
    keyring = Keyring(contract.api, settings.keys)
    apps = _operations(emulator, Gate(emulator, keyring))
    if settings.control:
        guard = ControlGuard(emulator=emulator, keyring=keyring, settings=settings)
        apps |= _control(emulator, guard)
    paths = Paths(apps, otherwise=Router(redirect_slashes=False, default=no_such_path))
    if settings.cors is None:
        return Envelope(paths, contract.api)
    return Cors(Envelope(Preflight(paths), contract.api), settings.cors)


def _operations(emulator: Emulator, gate: Gate) -> dict[str, ASGIApp]:
    """Return what answers each path of the contract document."""
    signer = Signer(emulator.settings.seed)
    rendering = Rendering(emulator.contract, signer)
    downloads = Downloads(emulator, signer, ClipLibrary(emulator.settings.media_cache_bytes))
    endpoints = {
        **Endpoints(emulator, rendering, _intake(emulator.contract.api.limits)).by_operation(),
        **FileEndpoints(emulator, rendering).by_operation(),
        "download": downloads.download,
        "fixture": fixture,
        "openapi": Description(emulator.contract, emulator.terms.policies).openapi,
    }
    admissions: dict[str, Admission] = {
        "required": gate.required,
        "optional": gate.optional,
        "none": gate.anyone,
    }
    return {
        path: Resource(methods, {method: admissions[keys[method]] for method in methods})
        for path, (methods, keys) in _by_path(emulator.contract.api, endpoints).items()
    }


def _intake(limits: Limits) -> Intake:
    inspector = inspector_within(limits.decode_seconds, limits.decode_memory_bytes)
    return Intake(limits, inspector, sample=fixture_path)


def _by_path(
    api: Api, endpoints: dict[str, Endpoint]
) -> dict[str, tuple[dict[str, Endpoint], dict[str, str]]]:
    """Return for each path its endpoints and who may call them, both by method."""
    paths: dict[str, tuple[dict[str, Endpoint], dict[str, str]]] = {}
    for operation in api.operations.values():
        methods, keys = paths.setdefault(operation.path, ({}, {}))
        for method in (operation.method, "HEAD") if operation.allows_head else (operation.method,):
            methods[method] = endpoints[operation.id]
            keys[method] = operation.key
    return paths


def _control(emulator: Emulator, guard: ControlGuard) -> dict[str, ASGIApp]:
    """Return what answers each path of the control interface."""
    return {
        path: Guarded(
            Resource(methods, dict.fromkeys(methods, guard.account)), guard.refuse_strangers
        )
        for path, methods in (Control(emulator).by_path() | JobControl(emulator).by_path()).items()
    }
