"""Every rule of the contract is asserted by a test that names it."""

import re
from pathlib import Path

from contracts.document import load

TESTS = Path(__file__).parent
# Media are taken on trust so far: nothing decodes or measures what a request brings along.
NOT_BUILT = {
    "MEDIA-IMAGE-SIZE": "no picture is decoded or resized yet",
    "MEDIA-HEIC": "no picture is decoded or converted yet",
    "OUT-SOUND": "every track is the canned one; no audio file and no reference video is read yet",
}
# A test names these for the part that is there.
BUILT_IN_PART = {
    "MEDIA-IMAGE-FORMAT": "an unknown bunny:// path fails; the format itself is taken on trust",
    "MEDIA-VIDEO": "an unknown bunny:// path fails; format, length and size are taken on trust",
    "MEDIA-AUDIO": "an unknown bunny:// path fails; format, length and size are taken on trust",
}


def named():
    """Return the ids that the tests name, this file aside."""
    texts = (
        path.read_text(encoding="utf-8")
        for path in TESTS.rglob("test_*.py")
        if path != Path(__file__)
    )
    return {word for text in texts for word in re.findall(r"[A-Z0-9]+(?:-[A-Z0-9]+)*", text)}


def test_every_rule_has_a_test_that_names_it():
    missing = [rule for rule in load().rules if rule not in named() | NOT_BUILT.keys()]

    assert missing == []


def test_rule_that_is_not_built_has_no_test():
    """A rule leaves the table when it is built."""
    assert sorted(NOT_BUILT.keys() & named()) == []


def test_tables_name_rules_of_the_document():
    assert {*NOT_BUILT, *BUILT_IN_PART} <= load().rules.keys()
    assert BUILT_IN_PART.keys() <= named()
    assert NOT_BUILT.keys().isdisjoint(BUILT_IN_PART)
