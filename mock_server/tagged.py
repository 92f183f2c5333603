"""The bytes of a file, with the entity tag that HTTP knows them by."""

import hashlib
from typing import Self


class Tagged(bytes):
    """Bytes with a strong entity tag, quotes included: the same bytes, the same tag."""

    etag: str

    def __new__(cls, content: bytes) -> Self:
        """Tag *content*, which is read once for it."""
        tagged = super().__new__(cls, content)
        tagged.etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        return tagged
