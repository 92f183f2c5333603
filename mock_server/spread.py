"""One port, listened on by several sockets."""

import socket
import sys

from mock_server.server import BACKLOG


def spread(
    first: socket.socket, count: int, *, is_even: bool = sys.platform == "linux"
) -> list[socket.socket]:
    """Return *count* sockets that listen where *first* does, which is one of them.

    Where the system *is_even*, it gives each a part of the connections of its own. Elsewhere they are one
    queue, and whoever wakes first takes all that is in it.
    """
    if not is_even:
        return [first, *(first.dup() for _ in range(count - 1))]
    # Only now: bound alone, the first one learnt whether the port is taken.
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return [first, *(_beside(first) for _ in range(count - 1))]


def _beside(first: socket.socket) -> socket.socket:
    sock = socket.socket(first.family, socket.SOCK_STREAM)
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        sock.setsockopt(socket.SOL_SOCKET, option, 1)
    sock.bind(first.getsockname())
    sock.listen(BACKLOG)
    return sock
