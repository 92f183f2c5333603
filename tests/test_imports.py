"""What the packages import: nothing heavy before it is needed, and nothing across the border."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KIT = {"httpx", "hypothesis", "schemathesis", "jsonschema", "pytest"}
MEDIA = {"av", "PIL", "pillow_heif", "numpy", "h11"}
SCRAPES = {"prometheus_client", "difflib"}
PAGES = {"jinja2"}
# What a path that there is not, a file of settings, another server, or a state outside of memory needs.
LATER = {
    *("anyio", "starlette.routing", "typing_extensions"),
    *("importlib.resources", "tomllib", "granian", "msgspec", "redis", "sqlite3"),
}
# What a submission, its media, the control interface, a document of the user's own, or a host with letters beyond ASCII
# needs.
AFTER_START = LATER | {
    *("jsonschema_rs", "mock_server.intake.survey", "mock_server.intake.locating"),
    *("mock_server.control_calls", "mock_server.event_stream", "mock_server.owner_control"),
    *("contracts.coherence", "encodings.idna"),
}
HEAVY = KIT | MEDIA | SCRAPES | PAGES
SHARED = {
    "contracts.api",
    "contracts.coherence",
    "contracts.document",
    "contracts.errors",
    "contracts.media",
    "contracts.model",
    "contracts.parsing",
    "contracts.rule",
}
SERVE_ONE_REQUEST = """
import asyncio, sys
method, path = sys.argv[1:]
before = {*sys.modules}  # what measures coverage has loaded some of it
from mock_server import cli
from mock_server.app import create_app
from mock_server.server import bind

async def serve():
    answered = []

    async def receive():
        return {"type": "http.request", "body": b'{"model":"wan-2-6","prompt":"a"}'}

    async def send(message):
        answered.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer sk-empiriolabs-tests"),
            (b"content-type", b"application/json"),
        ],
        "scheme": "http", "server": ("127.0.0.1", 8026),
    }
    with bind("127.0.0.1", 0):
        await create_app()(scope, receive, send)
    return answered[0]["status"]

print(asyncio.run(serve()), *sorted({*sys.modules} - before))
"""


def imported_by(package):
    """Return the modules that the source of *package* names in its imports."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module)


def fresh(program, *arguments):
    command = [sys.executable, "-c", program, *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return ended.stdout.split()


def test_serving_a_request_loads_nothing_heavy():
    """No kit and no media library before the first check and the first video."""
    status, *loaded = fresh(SERVE_ONE_REQUEST, "POST", "/v1/videos/generations")

    assert status == "202"
    assert (HEAVY | LATER).isdisjoint(loaded)


def test_start_loads_only_what_any_request_needs():
    """So that who waits for the first answer does not wait for what others ask for."""
    status, *loaded = fresh(SERVE_ONE_REQUEST, "GET", "/v1/models")

    assert status == "200"
    assert (HEAVY | AFTER_START).isdisjoint(loaded)


def test_package_alone_loads_nothing():
    """pytest loads it in every run of whoever has it installed."""
    loaded = fresh("import sys, mock_server; print(*sys.modules)")

    assert [name for name in loaded if name.startswith(("mock_server", "contracts"))] == [
        "mock_server"
    ]
    assert {"asyncio", "starlette"}.isdisjoint(loaded)


def test_document_part_loads_nothing_heavy():
    loaded = fresh("import sys, contracts.document; contracts.document.load(); print(*sys.modules)")

    assert HEAVY.isdisjoint(loaded)
    assert not [name for name in loaded if name.startswith("mock_server")]


def test_contracts_never_looks_inside_the_emulator():
    """Else the check and what it checks could be wrong together."""
    assert not [name for name in imported_by("contracts") if name.startswith("mock_server")]


def test_emulator_imports_only_the_document_part_of_contracts():
    """Besides the door to the commands of the kit, which is opened when one of them is called."""
    found = {name for name in imported_by("mock_server") if name.split(".")[0] == "contracts"}

    assert found & SHARED
    assert found - SHARED == {"contracts.cli"}


def test_document_part_imports_only_itself():
    """So that nothing else of the kit comes in behind it."""
    loaded = fresh("import sys, contracts.document; print(*sys.modules)")

    assert {name for name in loaded if name.startswith("contracts.")} <= SHARED
