"""The driver that waits when it is told to."""

import pytest

from contracts.checks.catalogue import CHECKS
from contracts.exchange import Answer, Exchange, Sent, json_request
from contracts.history import History
from contracts.judge import Judge
from contracts.live.patience import OutOfTimeError, PatientDriver
from tests.contracts.conftest import CONTRACT, DEFAULTS
from tests.contracts.live.conftest import Time

READ = Sent(operation="models", method="GET", target="/v1/models")
WRITE = json_request("submit", "POST", "/v1/videos/generations", {})


class Target:
    """Answers what it was given, one after another, the last one for ever."""

    def __init__(self, *answers):
        self.answers = [*answers]

    def send(self, sent):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Exchange(sent=sent, answer=answer, trouble=None if answer else "reset")


def said(status, **headers):
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"{}")


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def driver(time):
    def driver(*answers, seconds=7200.0):
        judge = Judge(History(CONTRACT, DEFAULTS, is_emulator=False), CHECKS)
        target = Target(*answers)
        return PatientDriver(target, judge, time, ends=time.now() + seconds, window=60)

    return driver


@pytest.mark.parametrize(
    ("answer", "sent", "sleeps"),
    [
        (said(429, retry_after="7"), WRITE, [7]),
        (said(429, retry_after="0"), WRITE, [1]),
        (said(429, retry_after="soon"), READ, [60]),
        (said(429, retry_after="9" * 15), READ, [3600]),
        (said(429, retry_after="9" * 30), READ, [60]),
        (said(429), READ, [60]),
        (said(503, retry_after="3"), READ, [3]),
        (said(503, retry_after="3"), WRITE, []),
        (None, READ, [2]),
        (None, WRITE, []),
        (said(500), READ, []),
    ],
)
def test_waits_as_it_is_told_and_never_sends_twice_what_may_have_been_billed(
    driver, time, answer, sent, sleeps
):
    patient = driver(answer, said(200))
    exchange = patient.send(sent)

    assert time.sleeps == sleeps
    assert exchange.answer == (said(200) if sleeps else answer)
    assert patient.recording.count == len(sleeps) + 1


def test_gives_up_after_some_tries(driver, time):
    exchange = driver(said(429, retry_after="1")).send(READ)

    assert exchange.answer.status == 429
    assert len(time.sleeps) == 8


def test_wait_beyond_the_end_of_the_run_ends_it(driver, time):
    patient = driver(said(429, retry_after="100"), said(200), seconds=50)
    with pytest.raises(OutOfTimeError):
        patient.send(READ)
    assert time.sleeps == []


def test_nothing_is_sent_after_the_end_unless_it_is_put_off(driver, time):
    patient = driver(said(200), seconds=0)
    with pytest.raises(OutOfTimeError):
        patient.send(READ)
    patient.extend(5)

    assert patient.send(READ).answer == said(200)
