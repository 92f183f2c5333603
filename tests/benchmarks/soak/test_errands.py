"""What clients ask for follows from the chance alone."""

import json
from random import Random

import pytest

from benchmarks.soak.asks import BROKEN, Account, Answer
from benchmarks.soak.errands import SHARES, drawn

URL = "http://127.0.0.1:8026/media/job_1.mp4?expires=1&sig=a"
PAGE = {"id": "fault_1", "job_id": "job_1", "path": "/a", "result": {"data": [{"url": URL}]}}


def asked(errand):
    """Return what *errand* asks when every answer is as it should be."""
    asks, answer = [], None
    while True:
        try:
            asks.append(errand.send(answer))
        except StopIteration:
            return asks
        answer = Answer(asks[-1].status, json.dumps(PAGE).encode())


@pytest.mark.parametrize("errand", SHARES)
def test_errand_makes_one_job(errand):
    for seed in range(20):
        asks = asked(errand(Random(seed), Account("a")))

        made = [ask for ask in asks if ask.operation == "submit"]
        lost = [ask for ask in asks if (ask.operation, ask.status) == ("struck submit", BROKEN)]
        assert len(made) + len(lost) == 1


def test_same_seed_asks_the_same():
    def day(seed):
        chance = Random(seed)
        return [ask for _ in range(50) for ask in asked(drawn(chance, Account("a")))]

    assert day(1) == day(1)
    assert day(1) != day(2)


def test_errand_of_a_thousand_has_its_share():
    assert sum(SHARES.values()) == 1000
