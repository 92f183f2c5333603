"""The calls of the control interface, put together, with who may make them."""

from typing import NamedTuple

from starlette.types import ASGIApp

from mock_server.admission import ControlGuard
from mock_server.calls import Endpoint
from mock_server.control import Control
from mock_server.dashboard import pages
from mock_server.emulator import Emulator
from mock_server.event_stream import EventStream
from mock_server.fault_control import FaultControl
from mock_server.intake.intake import Intake
from mock_server.job_control import JobControl
from mock_server.overview_control import OverviewControl
from mock_server.quote_control import QuoteControl
from mock_server.resources import Guarded, Resource
from mock_server.watch import Watch


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
        | watch.journal.by_path()
        | EventStream(watch.events).by_path()
        | QuoteControl(emulator, intake).by_path()
    )
    of_all = OverviewControl(emulator).by_path() | watch.of_all()
    return ControlCalls(of_accounts, of_all, pages.by_path())


def control_apps(calls: ControlCalls, guard: ControlGuard) -> dict[str, ASGIApp]:
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
