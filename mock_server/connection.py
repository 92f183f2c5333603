"""A client's connection: HTTP/1.1 as uvicorn reads it, with its refusals in the API's envelope."""

import json
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

REQUEST_ID = b"req_not_http"  # no request was read, so none has a number
UPGRADING = frozenset({b"connection", b"upgrade", b"http2-settings"})


class Connection(HttpToolsProtocol):
    """A client's connection; its requests are not logged."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here, not in uvicorn's configuration, which would take the handlers from a logger that a user's own
        # uvicorn in this process may be writing to.
        self.access_log = False

    def data_received(self, data: bytes) -> None:
        """Read what the client sent; an upgrade that it offers is not taken (RFC 9110, section 7.8)."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._read_again(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            self.send_400_response(str(error))

    def on_headers_complete(self) -> None:
        """Begin a request, unless it has to be read again."""
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request, unless it has to be read again."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, after the answer to the request before it, which has been carried out."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            self.pipeline.clear()
            cycle.keep_alive = False
            return
        fields = {"type": "invalid_request_error", "param": None, "code": "invalid_request"}
        message = f"the request is not HTTP/1.1: {msg}."
        body = json.dumps({"error": {"message": message, **fields}}).encode()
        head = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", REQUEST_ID),
            *self.server_state.default_headers,
            (b"connection", b"close"),
        ]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in head)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + lines + b"\r\n" + body)
        self.transport.close()

    def _read_again(self, rest: bytes) -> None:
        """Read the request as if it had not offered to upgrade: the parser leaves out its body otherwise."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response("this is no proxy")
            return
        lines = [b"%s %s HTTP/%s" % (method, self.url, self.parser.get_http_version().encode())]
        lines += [
            b"%s: %s" % (name, value) for name, value in self.headers if name not in UPGRADING
        ]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"\r\n".join([*lines, b"", rest]))
