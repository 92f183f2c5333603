"""How much a client is held to what a case asks of it."""

from enum import StrEnum


class Level(StrEnum):
    """*MUST*: money or finished work is lost without it; *SHOULD*: it costs time or good will; *MAY*: good manners."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"
