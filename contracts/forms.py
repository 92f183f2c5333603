"""Bodies of ``multipart/form-data`` with one file: made, and read again."""

from contracts.exchange import Headers, Sent

BOUNDARY = "wan-mock-check-5d0e91c7a4b3f268"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
BLANK_LINE, END = b"\r\n\r\n", f"\r\n--{BOUNDARY}--\r\n".encode()


def form(part: str, name: str, content_type: str, content: bytes) -> tuple[Headers, bytes]:
    """Return headers and body of a form whose *part* is a file called *name*."""
    head = (
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{part}"; filename="{name}"\r\n'
        f"content-type: {content_type}"
    )
    return (("content-type", TYPE),), head.encode() + BLANK_LINE + content + END


def content_of(sent: Sent) -> bytes | None:
    """Return the file in *sent*, None where that is no form made by `form`."""
    if sent.content_type != TYPE or sent.body is None:
        return None
    return sent.body.partition(BLANK_LINE)[2].removesuffix(END)
