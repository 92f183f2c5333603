"""Signed URLs: whoever holds one may download until it expires, and can change nothing in it (rule OUT-URL)."""

import hmac

from mock_server.draw import draw

SIGNATURE = "sig"  # the query parameter


class Signer:
    """Signs paths with a secret that the emulator's seed decides."""

    def __init__(self, seed: object) -> None:
        """Sign with the secret of *seed*."""
        self._seed = seed

    def url(self, base_url: str, path: str, expires: int) -> str:
        """Return *path* below *base_url* with its signature, valid until *expires* (Unix seconds)."""
        return (
            f"{base_url}{path}?expires={expires}&{SIGNATURE}={self._signature(path, str(expires))}"
        )

    def accepts(self, path: str, expires: str, signature: str) -> bool:
        """Tell whether *signature* is the one of *path* and *expires*, to the letter."""
        return hmac.compare_digest(signature.encode(), self._signature(path, expires).encode())

    def _signature(self, path: str, expires: str) -> str:
        return draw(self._seed, "url", path, expires).hex()
