"""What the clients have seen."""

from benchmarks.soak.asks import BROKEN, Account, Answer
from benchmarks.soak.samples import latency
from benchmarks.soak.tally import Tally

POLL = Account("a").poll("job_1")


def test_answer_that_was_asked_for_is_only_timed():
    tally = Tally()

    tally.saw(POLL, Answer(200), 0.25)

    assert not tally.unexpected
    assert tally.taken() == {"poll": [250.0]}
    assert tally.taken() == {}


def test_other_answers_are_counted_with_an_example():
    tally = Tally()

    for body in (b"first", b"second"):
        tally.saw(POLL, Answer(500, body), 0.1)
    tally.saw(POLL, Answer(BROKEN), 0.1)

    assert tally.unexpected == {
        "poll: 500 in place of 200": 2,
        "poll: an end of the connection in place of 200": 1,
    }
    assert tally.examples["poll: 500 in place of 200"] == "first"


def test_latency_has_the_median_and_the_tail():
    found = latency([float(number) for number in range(1, 102)])

    assert found is not None
    assert (found.median, found.tail) == (51.0, 100.0)
    assert latency([]) is None
