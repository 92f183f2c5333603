"""``python -m mock_server`` is ``wan-mock``."""

from mock_server.cli import main

main()
