"""The scripts of the sweep: derived from the document, the same in every run, nothing that a gateway may refuse."""

import itertools
import json

from hypothesis import given, strategies as st

from contracts.media import MediaLimits
from contracts.script import Call, Submit, Upload
from contracts.specimens.catalogue import specimens
from contracts.sweep.pairs import table
from contracts.sweep.scripts import LEFT_OUT, all_scripts
from contracts.sweep.values import accepted, refused
from tests.contracts.conftest import CONTRACT, DEFAULTS, MODEL

MEBIBYTE = 1 << 20
SCRIPTS = all_scripts(CONTRACT, DEFAULTS)


def test_scripts_are_the_same_every_time_and_have_names_of_their_own():
    assert all_scripts(CONTRACT, DEFAULTS) == SCRIPTS
    assert len({script.name for script in SCRIPTS}) > 0.95 * len(SCRIPTS)


def test_every_rule_has_a_script_or_a_reason():
    named = {rule for script in SCRIPTS for rule in script.rules}
    assert named <= CONTRACT.rules.keys()
    assert not named & LEFT_OUT.keys()


def test_nothing_is_sent_that_a_gateway_may_refuse():
    for step in (step for script in SCRIPTS for step in script.steps):
        if isinstance(step, Submit):
            assert len(json.dumps(step.fields)) < MEBIBYTE
        if isinstance(step, Upload):
            assert len(step.content) < MEBIBYTE - 1000
        if isinstance(step, Call):
            assert step.sent.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
            assert b"\0" not in (step.sent.body or b"")


def test_bounds_and_near_misses_of_a_number_are_tried():
    schema = MODEL.properties["duration"]
    assert {5, 15, 5.01, 14.99} <= {*accepted(schema)}
    tried = [*refused("duration", schema)]
    missing = [one for one in (4.99, 15.01, 4, 16, "5", None, "") if one not in tried]
    assert not missing


def test_near_misses_of_a_word_are_tried():
    tried = [*refused("resolution", MODEL.properties["resolution"])]
    assert all(word in tried for word in ("1080P", " 720p", "720p ", "720", "480p", "4k"))


values = st.dictionaries(
    st.sampled_from("abcdef"),
    st.lists(st.integers(), min_size=1, max_size=4, unique=True),
    min_size=1,
)


@given(values=values)
def test_table_has_every_pair_of_values(values):
    rows = table(values)
    for one, other in itertools.combinations(values, 2):
        wanted = {*itertools.product(values[one], values[other])}
        assert wanted <= {(row[one], row[other]) for row in rows}


def test_no_specimens_are_made_for_media_that_are_not_taken():
    assert specimens(MediaLimits()) == ()


def test_specimens_are_known_by_what_they_hold():
    made = specimens(MODEL.media)
    assert len({one.uri for one in made}) == len(made)
    picture = next(one for one in made if one.kind == "image" and one.wrong is None)
    assert (picture.wrong_as("image"), picture.wrong_as("audio")) == (None, "format")
