"""Everything that looks random: drawn from a seed, so that the same seed draws the same again."""

import hashlib
import hmac
from functools import lru_cache


def draw(seed: object, *parts: object) -> bytes:
    """Return 32 bytes that *seed* and *parts* decide, and nothing else does."""
    drawing = _keyed(str(seed)).copy()
    drawing.update("/".join(map(str, parts)).encode())
    return drawing.digest()


@lru_cache(maxsize=256)
def _keyed(seed: str) -> hmac.HMAC:
    return hmac.new(seed.encode(), digestmod=hashlib.sha256)


def fraction(drawn: bytes) -> float:
    """Return a number from 0 up to, not including, 1 that *drawn* decides."""
    return int.from_bytes(drawn[:6]) / 2**48
