"""wan-mock: an offline test double of the Wan 2.6 video API."""

from mock_server.app import create_app
from mock_server.samples import fixture_path
from mock_server.settings import Settings

__version__ = "0.1.0"

__all__ = ["Settings", "create_app", "fixture_path"]
