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
from mock_server.app import create_app

async def serve():
    answered = []

    async def receive():
        return {"type": "http.request", "body": b'{"model":"wan-2-6","prompt":"a"}'}

    async def send(message):
        answered.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/videos/generations", "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer sk-empiriolabs-tests"),
            (b"content-type", b"application/json"),
        ],
        "scheme": "http", "server": ("127.0.0.1", 8026),
    }
    await create_app()(scope, receive, send)
    return answered[0]["status"]

print(asyncio.run(serve()), *sorted({name.split(".")[0] for name in sys.modules}))
"""


def imported_by(package):
    """Return the modules that the source of *package* names in its imports."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module)


def fresh(program):
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return ended.stdout.split()


def test_serving_a_request_loads_nothing_heavy():
    """No kit and no media library before the first check and the first video."""
    status, *loaded = fresh(SERVE_ONE_REQUEST)

    assert status == "202"
    assert HEAVY.isdisjoint(loaded)


def test_command_is_loaded_without_what_the_first_request_does_not_need():
    # What measures coverage has loaded some of it before.
    program = "import sys; before = {*sys.modules}; import mock_server.cli; print(*{*sys.modules} - before)"
    loaded = fresh(program)

    assert (HEAVY | LATER).isdisjoint(loaded)


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
