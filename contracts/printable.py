"""Text that others wrote, as it may be shown."""


def one_line(text: str) -> str:
    """Return *text* on one line, with nothing in it that a terminal acts on or that cannot be written as UTF-8."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
