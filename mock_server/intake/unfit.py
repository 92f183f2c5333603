"""The error of a medium that cannot be used."""


class UnfitError(Exception):
    """A medium cannot be used; *reason* goes on where the medium is named."""

    def __init__(self, reason: str) -> None:
        """Tell *reason*."""
        super().__init__(reason)
        self.reason = reason


def refuse_pixels(width: int, height: int, most: int) -> None:
    """Raise UnfitError if a picture has more than *most* pixels."""
    if width * height > most:
        raise UnfitError(
            f"has {width}x{height} = {width * height} pixels, which are more than {most}"
        )
