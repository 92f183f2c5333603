"""Read a body of ``multipart/form-data`` piece by piece, for the one file in it.

Not imported before the first upload: its library takes its time to load.
"""

import logging
from collections.abc import Callable

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mock_server.violations import show

MOST_PARTS = 100
SHOWN_PARTS = 3
MOST_HEADERS = 32
MOST_HEADER_BYTES = 64 * 1024  # file names of many kilobytes are odd, but harmless

# The parser logs what it refuses; the client is told, and nobody else needs to know.
_SILENT = logging.Logger("multipart", level=logging.CRITICAL + 1)


class FormError(ValueError):
    """The body is not a form with one file; the message says why and what would do."""


class Form:
    """A form that is being read; the content of its file goes to *write*, that of other parts nowhere.

    *filename* and *content_type* are what the client says of the file, once that has begun.
    """

    def __init__(self, content_type: str, part: str, write: Callable[[bytes], object]) -> None:
        """Read a form with the Content-Type *content_type*, whose file is the part *part*.

        Raises:
            FormError: the header does not say where a part ends.
        """
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not boundary:
            raise FormError(
                "content-type has no boundary; let the HTTP library set that header, or curl -F"
            )
        self.filename: bytes | None = None
        self.content_type = ""
        self._part = part
        self._write = write
        self._names: list[str] = []
        self._is_begun, self._is_ended = False, False
        self._is_file = False
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._parser = self._parser_of(boundary)

    def feed(self, piece: bytes) -> None:
        """Read *piece*, which goes on where the one before ended.

        Raises:
            FormError: the form is malformed, or has not the parts it should have.
        """
        self._is_begun = True
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise _malformed(str(error)) from None

    def finish(self) -> None:
        """Make sure that the whole form has come in, and a file with it.

        Raises:
            FormError: it has not.
        """
        if self._is_begun and not self._is_ended:
            raise _malformed("it breaks off")
        if self.filename is not None:
            return
        found = ", ".join(map(show, self._names[:SHOWN_PARTS])) or "nothing"
        raise FormError(f"the form has {found}; a part {show(self._part)} with the file would do")

    def _parser_of(self, boundary: bytes) -> MultipartParser:
        try:
            parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._headers.clear,
                    "on_header_field": self._read_name,
                    "on_header_value": self._read_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin_part,
                    "on_part_data": self._read_data,
                    "on_end": self._end,
                },
                max_header_count=MOST_HEADERS,
                max_header_size=MOST_HEADER_BYTES,
            )
        except FormParserError as error:
            raise _malformed(str(error)) from None
        parser.logger = _SILENT
        return parser

    def _read_name(self, data: bytes, begin: int, end: int) -> None:
        self._name += data[begin:end]

    def _read_value(self, data: bytes, begin: int, end: int) -> None:
        self._value += data[begin:end]

    def _end_header(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _begin_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = name == self._part
        if self._is_file:
            self._begin_file(options.get(b"filename"))
        self._names.append(name)
        if len(self._names) > MOST_PARTS:
            raise FormError(f"the form has more than {MOST_PARTS} parts; the file alone would do")

    def _begin_file(self, filename: bytes | None) -> None:
        if self.filename is not None:
            raise FormError("the form has two files; one in each request would do")
        if filename is None:
            raise FormError(
                "the part is a field, not a file; send it with a file name, as curl -F file=@NAME does"
            )
        self.filename = filename
        self.content_type = self._headers.get(b"content-type", b"").decode("latin-1")

    def _read_data(self, data: bytes, begin: int, end: int) -> None:
        if self._is_file:
            self._write(data[begin:end])

    def _end(self) -> None:
        self._is_ended = True


def _malformed(reason: str) -> FormError:
    return FormError(f"the body is not the multipart/form-data that it should be: {reason}")
