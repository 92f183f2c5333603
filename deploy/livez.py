"""The container's health check: exit status 0 when ``/livez`` answers 200 at ``WAN_MOCK_PORT`` (8026).

It is started every few seconds, so that it imports next to nothing.
"""

import os
import socket
import sys

PORT = 8026
SECONDS = 2
REQUEST = b"GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n"


def is_alive(port: int) -> bool:
    """Tell whether the emulator at *port* of this machine answers 200.

    Raises:
        OSError: nothing answers there.
    """
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(REQUEST)
        _, _, status = connection.makefile("rb").readline().partition(b" ")
    return status.startswith(b"200 ")


def main() -> None:
    """Ask, and leave with the status that says what came."""
    port = os.environ.get("WAN_MOCK_PORT") or PORT
    try:
        sys.exit(None if is_alive(int(port)) else f"port {port}: /livez does not answer 200")
    except (OSError, ValueError) as error:
        sys.exit(f"port {port}: {error}")


if __name__ == "__main__":
    main()
