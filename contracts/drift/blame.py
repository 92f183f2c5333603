"""Who is likely wrong, when document, live API, emulator and what was seen before do not agree."""

from enum import StrEnum


class Says(StrEnum):
    """What a side says about a rule, next to the document; *SILENT* was heard, and says nothing about it."""

    SAME = "as the document"
    OTHER = "otherwise"
    SILENT = "nothing"
    UNKNOWN = "not known"


class Blame(StrEnum):
    """Who is likely wrong; nobody where all agree that were heard."""

    NOBODY = "nobody wrong"
    DOCUMENT = "document wrong"
    LIVE = "live changed"
    EMULATOR = "emulator wrong"
    COULD_NOT_LOOK = "could not look"


def blame(*, live: Says, emulator: Says, accepted: Says, is_vouched: bool) -> Blame:
    """Return who is likely wrong about one rule.

    *live* is what the live API publishes now, *emulator* what an emulator does, *accepted* what a live API was last
    seen to do; *is_vouched* tells that the vendor, or a client that was run against it, says what the document says.
    """
    if live is Says.UNKNOWN:
        return Blame.COULD_NOT_LOOK
    if live is not Says.OTHER:
        if accepted is Says.OTHER:
            return Blame.DOCUMENT
        # The emulator is made from the document, so nothing excuses it.
        return Blame.EMULATOR if emulator is Says.OTHER else Blame.NOBODY
    if accepted is Says.SAME:
        return Blame.LIVE
    if accepted is Says.OTHER or emulator is Says.OTHER:
        return Blame.DOCUMENT
    return Blame.LIVE if is_vouched else Blame.DOCUMENT
