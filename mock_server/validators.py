"""What a client already has: conditional requests (RFC 9110, section 13; rule OUT-DOWNLOAD)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple


class Validators(NamedTuple):
    """How a version of a file is known: a strong *etag* with its quotes, and its second in Unix time."""

    etag: str
    modified_at: int

    @property
    def last_modified(self) -> str:
        """The second as HTTP writes a date."""
        return _date(self.modified_at)

    def is_unchanged(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the client already has this version; ``If-None-Match`` goes before the date."""
        tags = headers.get("if-none-match")
        if tags is not None:
            return tags.strip() == "*" or self.etag in _strong(tags)
        since = _seconds(headers.get("if-modified-since"))
        return since is not None and self.modified_at <= since

    def is_continued(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a range of this version fits what the client has (``If-Range``)."""
        wanted = headers.get("if-range")
        if wanted is None:
            return True
        return wanted.strip() == self.etag or _seconds(wanted) == self.modified_at


@lru_cache(maxsize=256)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _strong(tags: str) -> list[str]:
    """Return the tags of a list; ``If-None-Match`` compares weakly, so W/ makes no difference."""
    return [tag.strip().removeprefix("W/") for tag in tags.split(",")]


def _seconds(date: str | None) -> int | None:
    try:
        moment = parsedate_to_datetime(date) if date is not None else None
    except (ValueError, OverflowError):  # a year or a zone of many digits
        return None
    if moment is None:
        return None
    return int(_in_utc(moment).timestamp())


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
