"""The ledger on the disk."""

import json
import multiprocessing

import pytest

from contracts.money.ledger import Balance, Held, Ledger, LedgerError


def reserved(ledger, micros):
    reservation = ledger.reserve(micros, "a")
    assert reservation is not None
    return reservation


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.jsonl"


def test_reserves_up_to_the_budget_and_not_a_micro_dollar_more(path):
    ledger = Ledger(path, 100)

    assert ledger.reserve(60, "a") is not None
    assert ledger.reserve(41, "b") is None
    assert ledger.reserve(40, "c") is not None
    assert ledger.balance() == Balance(spent=0, reserved=100)
    assert ledger.balance().exposure == 100


def test_settled_for_less_leaves_more(path):
    ledger = Ledger(path, 100)
    ledger.settle(reserved(ledger, 100), 30)

    assert ledger.balance() == Balance(spent=30, reserved=0)
    assert ledger.reserve(71, "b") is None
    assert ledger.reserve(70, "c") is not None


def test_settled_for_more_stops_everything(path):
    ledger = Ledger(path, 100)
    ledger.settle(reserved(ledger, 50), 500)

    assert ledger.balance().exposure == 500
    assert ledger.reserve(1, "b") is None


def test_next_run_goes_on_from_what_the_last_one_left(path):
    first = Ledger(path, 100)
    first.settle(reserved(first, 20), 20)
    first.reserve(30, "in doubt")

    second = Ledger(path, 100)

    assert second.balance() == Balance(spent=20, reserved=30)
    assert second.reserve(51, "a") is None
    assert reserved(second, 50).id == "r3"


def test_line_that_a_crash_cut_off_does_not_count(path):
    Ledger(path, 100).reserve(30, "a")
    with path.open("ab") as file:
        file.write(b'{"entry": "reserved", "id": "r2", "mic')

    ledger = Ledger(path, 100)

    assert ledger.balance().reserved == 30
    ledger.reserve(10, "b")
    assert [json.loads(line)["id"] for line in path.read_bytes().splitlines()] == ["r1", "r2"]


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        "1",
        "{}",
        '{"entry": "reserved", "id": "r1", "micros": "5"}',
        '{"entry": "reserved", "id": "r1", "micros": true}',
        '{"entry": "reserved", "id": "r1", "micros": -5}',
        '{"entry": "stolen", "id": "r1", "micros": 5}',
    ],
)
def test_file_that_is_no_ledger_is_refused(path, line):
    path.write_text(f"{line}\n")

    with pytest.raises(LedgerError, match="not a ledger; another file, or none, would do"):
        Ledger(path, 100)


def test_place_that_cannot_be_written_to_is_told(tmp_path):
    with pytest.raises(LedgerError, match="Is a directory"):
        Ledger(tmp_path, 100)


def accepted(ledger, micros, job_id="job_1", *, is_surprise=False):
    held = Held(job_id=job_id, reservation=reserved(ledger, micros), is_surprise=is_surprise)
    ledger.accept(held)
    return held


def test_run_that_ends_alone_begins_the_budget_anew(path):
    ledger = Ledger(path, 100)
    reserved(ledger, 100)
    ledger.close()

    assert ledger.balance() == Balance(spent=0, reserved=0)
    assert Ledger(path, 100).left_over == ()


def test_run_that_ends_beside_another_leaves_everything_counted(path):
    first, second = Ledger(path, 100), Ledger(path, 100)
    reserved(first, 100)
    first.close()
    first.close()
    second.close()
    assert second.balance().exposure == 100

    first.release()
    second.close()
    assert second.balance().exposure == 0


def test_jobs_of_a_run_that_died_are_left_over(path):
    dead = Ledger(path, 100)
    dead.settle(accepted(dead, 20, "job_1").reservation, 10)
    held = accepted(dead, 30, "job_2", is_surprise=True)
    del dead

    assert Ledger(path, 100).left_over == (held,)


def test_jobs_of_a_run_that_is_under_way_are_not_left_over(path):
    running = Ledger(path, 100)
    accepted(running, 30)

    assert Ledger(path, 100).left_over == ()


def test_lock_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(LedgerError, match="No such file or directory; another --ledger would do"):
        Ledger(tmp_path / "nowhere" / "ledger", 100)


def _reserve_all(path, won):
    ledger = Ledger(path, 50)
    while ledger.reserve(1, "race") is not None:
        won.put(1)


def test_processes_that_share_it_share_the_budget(path):
    context = multiprocessing.get_context("fork")
    won = context.Queue()
    racers = [context.Process(target=_reserve_all, args=(path, won)) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert Ledger(path, 50).balance() == Balance(spent=0, reserved=50)
    assert sum(won.get() for _ in range(50)) == 50
    assert won.empty()
