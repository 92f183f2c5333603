"""wan-mock: an offline test double of the Wan 2.6 video API."""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = ["MockAccount", "Settings", "WanMock", "create_app", "fixture_path"]

# pytest loads the plugin in every run of whoever has it installed, and this file before it: so the
# emulator is loaded when a name of it is first asked for.
if TYPE_CHECKING:
    from mock_server.app import create_app
    from mock_server.samples import fixture_path
    from mock_server.settings import Settings
    from mock_server.testing.account import MockAccount
    from mock_server.wan_mock import WanMock
else:
    _MODULES = {
        "MockAccount": "mock_server.testing.account",
        "Settings": "mock_server.settings",
        "WanMock": "mock_server.wan_mock",
        "create_app": "mock_server.app",
        "fixture_path": "mock_server.samples",
    }

    def __getattr__(name: str) -> object:
        """Return what is exported as *name*."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_MODULES[name]), name)
        return found

    def __dir__() -> list[str]:
        """Return the names that there are, loaded or not."""
        return sorted({*globals(), *__all__})
