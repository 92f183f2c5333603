"""The table of who is likely wrong, whole."""

from itertools import product

import pytest

from contracts.drift.blame import Blame, Says, blame

SAME, OTHER, SILENT, UNKNOWN = Says.SAME, Says.OTHER, Says.SILENT, Says.UNKNOWN

# Live, emulator, seen live before; the answer where the document is vouched for, and where it is not.
TABLE = {
    (SAME, SAME, SAME): (Blame.NOBODY, Blame.NOBODY),
    (SAME, SAME, OTHER): (Blame.DOCUMENT, Blame.DOCUMENT),
    (SAME, SAME, UNKNOWN): (Blame.NOBODY, Blame.NOBODY),
    (SAME, OTHER, SAME): (Blame.EMULATOR, Blame.EMULATOR),
    (SAME, OTHER, OTHER): (Blame.DOCUMENT, Blame.DOCUMENT),
    (SAME, OTHER, UNKNOWN): (Blame.EMULATOR, Blame.EMULATOR),
    (SAME, UNKNOWN, SAME): (Blame.NOBODY, Blame.NOBODY),
    (SAME, UNKNOWN, OTHER): (Blame.DOCUMENT, Blame.DOCUMENT),
    (SAME, UNKNOWN, UNKNOWN): (Blame.NOBODY, Blame.NOBODY),
    (OTHER, SAME, SAME): (Blame.LIVE, Blame.LIVE),
    (OTHER, SAME, OTHER): (Blame.DOCUMENT, Blame.DOCUMENT),
    (OTHER, SAME, UNKNOWN): (Blame.LIVE, Blame.DOCUMENT),
    (OTHER, OTHER, SAME): (Blame.LIVE, Blame.LIVE),
    (OTHER, OTHER, OTHER): (Blame.DOCUMENT, Blame.DOCUMENT),
    (OTHER, OTHER, UNKNOWN): (Blame.DOCUMENT, Blame.DOCUMENT),
    (OTHER, UNKNOWN, SAME): (Blame.LIVE, Blame.LIVE),
    (OTHER, UNKNOWN, OTHER): (Blame.DOCUMENT, Blame.DOCUMENT),
    (OTHER, UNKNOWN, UNKNOWN): (Blame.LIVE, Blame.DOCUMENT),
}
OTHERS = (SAME, OTHER, UNKNOWN)


@pytest.mark.parametrize("sides", TABLE, ids="-".join)
def test_who_is_likely_wrong(sides):
    live, emulator, accepted = sides

    answers = [
        blame(live=live, emulator=emulator, accepted=accepted, is_vouched=is_vouched)
        for is_vouched in (True, False)
    ]
    assert answers == [*TABLE[sides]]


def test_table_is_whole():
    assert TABLE.keys() == {*product((SAME, OTHER), OTHERS, OTHERS)}


@pytest.mark.parametrize("sides", [*product(OTHERS, OTHERS, (True, False))])
def test_api_that_publishes_nothing_of_a_rule_is_no_witness_against_it(sides):
    emulator, accepted, is_vouched = sides

    def answer(live):
        return blame(live=live, emulator=emulator, accepted=accepted, is_vouched=is_vouched)

    assert answer(SILENT) is answer(SAME)


@pytest.mark.parametrize("sides", [*product(OTHERS, OTHERS, (True, False))])
def test_nobody_is_right_or_wrong_where_nobody_could_look(sides):
    emulator, accepted, is_vouched = sides

    found = blame(live=UNKNOWN, emulator=emulator, accepted=accepted, is_vouched=is_vouched)
    assert found is Blame.COULD_NOT_LOOK
