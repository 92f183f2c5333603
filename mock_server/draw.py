"""Everything that looks random: drawn from a seed, so that the same seed draws the same again."""

import hashlib
import hmac


def draw(seed: object, *parts: object) -> bytes:
    """Return 32 bytes that *seed* and *parts* decide, and nothing else does."""
    return hmac.digest(str(seed).encode(), "/".join(map(str, parts)).encode(), hashlib.sha256)


def fraction(drawn: bytes) -> float:
    """Return a number from 0 up to, not including, 1 that *drawn* decides."""
    return int.from_bytes(drawn[:6]) / 2**48
