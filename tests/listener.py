"""A port that a server listens on, seen from outside."""

import socket
from contextlib import suppress


def wait_for_refusal(place: str) -> None:
    """Return once nobody listens at *place*, a host and a port."""
    host, _, port = place.rpartition(":")
    while True:
        # One that waits while the last listener is closed is reset.
        with suppress(ConnectionResetError):
            try:
                socket.create_connection((host, int(port))).close()
            except ConnectionRefusedError:
                return
