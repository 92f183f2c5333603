"""What every log promises, and what becomes of it when what it is kept in goes away."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import redis

from mock_server.settings import SQLITE
from mock_server.state.log import PAGE, Bounds, LostError, StateError
from tests.mock_server.state.conftest import SETTINGS


def file_of(place):
    return Path(place.removeprefix(SQLITE))


@pytest.fixture
def sqlite_place(state_of):
    return state_of("sqlite")


def test_records_are_numbered_from_one_for_each_account(run, open_log, place):
    log = open_log(place)

    assert [*run(log.exchange("one", 0, b"a"))] == [(1, b"a")]
    assert [*run(log.exchange("two", 0, b"b"))] == [(1, b"b")]
    assert [*run(log.exchange("one", 1, b"c"))] == [(2, b"c")]
    assert [*run(log.exchange("one", 0))] == [(1, b"a"), (2, b"c")]


def test_whoever_appends_is_told_what_others_appended_before(run, open_log, place):
    one, other = open_log(place), open_log(place)
    run(one.exchange("x", 0, b"a"))

    assert [*run(other.exchange("x", 0, b"b"))] == [(1, b"a"), (2, b"b")]
    assert [*run(one.exchange("x", 1))] == [(2, b"b")]


def test_long_log_is_read_in_pages(run, open_log, place):
    log = open_log(place)
    for position in range(PAGE + 2):
        run(log.exchange("x", position, b"%d" % position))

    page = [*run(log.exchange("x", 0))]
    assert page == [(number + 1, b"%d" % number) for number in range(PAGE)]
    assert [*run(log.behind({"x": 0}))["x"]] == page
    assert [number for number, _ in run(log.exchange("x", PAGE))] == [PAGE + 1, PAGE + 2]


def test_record_sent_twice_stands_there_once(run, open_log, place):
    log = open_log(place)
    run(log.exchange("x", 0, b"a"))

    assert [*run(log.exchange("x", 0, b"a"))] == [(1, b"a")]
    assert [*run(log.exchange("x", 0))] == [(1, b"a")]


def test_forgetting_sent_twice_leaves_what_came_in_between(run, open_log, place):
    log = open_log(place)
    run(log.exchange("x", 0, b"a"))
    run(log.exchange("x", 1, b"forget", forgets=True))
    run(log.exchange("x", 2, b"b"))
    run(log.register("x"))

    told = [(2, b"forget"), (3, b"b")]
    assert [*run(log.exchange("x", 1, b"forget", forgets=True))] == told
    assert [*run(log.exchange("x", 0))] == told
    assert "x" in run(log.known())


def test_numbers_of_entries_go_on_after_all_were_cleared(run, open_log, place):
    log = open_log(place)
    for _ in range(2):
        run(log.write("x", b"e", size=1, is_counted=False))
    run(log.clear("x"))
    run(log.write("x", b"f", size=1, is_counted=False))

    assert [*run(log.entries("x"))] == [(3, b"f")]


def test_journal_that_holds_nothing_counts_all_the_same(run, open_log, place):
    log = open_log(place, bounds=Bounds(0, 0))
    for _ in range(2):
        run(log.write("x", b"e", size=1, is_counted=True))

    assert [*run(log.entries("x"))] == []
    assert run(log.known())["x"].requests == 2


def test_state_made_with_other_settings_is_refused_and_told_what_differs(open_log, place):
    open_log(place)

    with pytest.raises(StateError, match="was made with seed=0 and not 7; ") as refused:
        open_log(place, settings='{"rpm": 0, "seed": 7}')
    assert "rpm" not in str(refused.value)
    open_log(place)


def test_setting_that_is_not_among_those_of_the_state_differs(open_log, place):
    open_log(place)

    with pytest.raises(StateError, match="with clock=None and not 'skip'"):
        open_log(place, settings=SETTINGS.replace("}", ', "clock": "skip"}'))


def test_another_file_in_its_place_is_opened_anew(run, open_log, sqlite_place):
    log = open_log(sqlite_place)
    before = log.opened
    run(log.exchange("x", 0, b"a"))
    file_of(sqlite_place).rename(f"{file_of(sqlite_place)}.old")
    with pytest.raises(StateError, match="No such file"):
        run(log.exchange("x", 1))
    open_log(sqlite_place)

    assert [*run(log.exchange("x", 1, b"b"))] == [(1, b"b")]
    assert log.opened is not before


def test_file_that_whoever_made_it_makes_anew_is_another_one(run, open_log, sqlite_place):
    log, other = open_log(sqlite_place), open_log(sqlite_place)
    run(log.exchange("x", 0, b"a"))
    before = [log.opened, other.opened]
    for one in (log, other):
        run(one.close())
    file_of(sqlite_place).write_bytes(b"")

    for one in (log, other):
        assert [*run(one.exchange("x", 0))] == []
        assert one.opened not in before


def test_file_that_comes_back_goes_on(run, open_log, sqlite_place):
    log, file = open_log(sqlite_place), file_of(sqlite_place)
    run(log.exchange("x", 0, b"a"))
    run(log.close())
    away = file.rename(f"{file}.old")
    file.write_text("these are no accounts, whatever somebody thought of them")
    with pytest.raises(StateError, match="file is not a database"):
        run(log.exchange("x", 0))
    away.rename(file)

    assert [*run(log.exchange("x", 0))] == [(1, b"a")]


def test_file_in_place_of_which_comes_one_with_other_settings_is_refused(
    run, open_log, sqlite_place, state_of
):
    log, another = open_log(sqlite_place), state_of("sqlite")
    run(open_log(another, settings="{}").close())
    run(log.close())
    file_of(another).rename(file_of(sqlite_place))

    with pytest.raises(StateError, match="was made with rpm=None and not 0, seed=None and not 0"):
        run(log.known())


def test_file_that_somebody_has_locked_is_told_and_well_afterwards(run, open_log, sqlite_place):
    log = open_log(sqlite_place)
    locking = sqlite3.connect(file_of(sqlite_place), isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateError, match="database is locked"):
        run(log.exchange("x", 0, b"a"))
    locking.close()

    assert [*run(log.exchange("x", 0, b"a"))] == [(1, b"a")]


def test_others_are_answered_while_somebody_has_locked_the_file(run, open_log, sqlite_place):
    log = open_log(sqlite_place)
    locking = sqlite3.connect(file_of(sqlite_place), isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")

    async def append():
        appending = [asyncio.create_task(log.exchange("x", 0, record)) for record in (b"a", b"b")]
        assert await log.known() == {}
        locking.rollback()
        return await asyncio.gather(*appending)

    assert [*run(append())[-1]] == [(1, b"a"), (2, b"b")]
    locking.close()


def test_whoever_is_alone_need_not_be_in_a_task(open_log, sqlite_place):
    log = open_log(sqlite_place, is_alone=True)
    appending = log.exchange("x", 0, b"a")
    with closing(sqlite3.connect(file_of(sqlite_place), isolation_level=None)) as locking:
        locking.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="database is locked"):
            appending.send(None)
    with pytest.raises(StopIteration) as came:
        log.exchange("x", 0, b"a").send(None)

    assert came.value.value == [(1, b"a")]


def test_what_waited_in_a_loop_that_has_ended_holds_nobody_up(open_log, sqlite_place):
    log = open_log(sqlite_place)

    async def leave():
        asyncio.create_task(log.exchange("x", 0, b"left")).add_done_callback(lambda _: None)
        await asyncio.sleep(0)

    with closing(sqlite3.connect(file_of(sqlite_place), isolation_level=None)) as locking:
        locking.execute("BEGIN IMMEDIATE")
        asyncio.run(leave())

    assert asyncio.run(asyncio.wait_for(log.exchange("x", 0, b"a"), 5)) == [(1, b"a")]


def test_log_that_was_set_back_in_its_place_is_told(run, open_log, place):
    log = open_log(place)
    for position, record in enumerate((b"a", b"b", b"c")):
        run(log.exchange("x", position, record))
    known = log.opened
    assert [*run(log.exchange("x", 3))] == []
    assert log.opened is known
    for ask in (
        lambda: log.exchange("x", 5),
        lambda: log.behind({"x": 7}),
        lambda: log.exchange("x", 9, b"d"),
    ):
        run(ask())
        assert log.opened is not known
        known = log.opened
    assert [*run(log.exchange("x", 3))] == [(4, b"d")]


def test_file_that_is_locked_while_it_is_opened_again_is_opened_later(run, open_log, sqlite_place):
    log = open_log(sqlite_place)
    run(log.exchange("x", 0, b"a"))
    before = log.opened
    run(log.close())
    with closing(sqlite3.connect(file_of(sqlite_place), isolation_level=None)) as locking:
        locking.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="database is locked"):
            run(log.exchange("x", 1))
    assert log.opened is before

    assert [*run(log.exchange("x", 0))] == [(1, b"a")]
    assert log.opened is not before


def test_file_without_a_folder_is_refused(open_log, tmp_path):
    with pytest.raises(StateError, match=r"none/wan\.db: No such file or directory"):
        open_log(f"sqlite:{tmp_path / 'none' / 'wan.db'}")


def test_file_of_another_application_is_left_alone(open_log, tmp_path):
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE log (id, message)")
    before = file.read_bytes()

    with pytest.raises(StateError, match=r"other\.db is a file of another application"):
        open_log(f"sqlite:{file}")
    assert file.read_bytes() == before


def test_file_is_its_owners_alone(open_log, sqlite_place):
    open_log(sqlite_place)

    assert [file.stat().st_mode & 0o077 for file in file_of(sqlite_place).parent.glob("*.db*")] == [
        0,
        0,
        0,
    ]


def test_record_that_cannot_be_written_is_refused_and_others_are_not(run, open_log, place):
    log = open_log(place)
    with pytest.raises((StateError, OverflowError)):
        run(log.write("x", b"e", size=2**200, is_counted=False))

    assert [*run(log.exchange("x", 0, b"a"))] == [(1, b"a")]


def test_full_disk_changes_nothing(run, open_log, sqlite_place):
    log = open_log(sqlite_place)
    log._file._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StateError, match="database or disk is full"):
        run(log.exchange("x", 0, b"a" * 100_000))

    assert [*run(log.exchange("x", 0))] == []
    assert [*run(log.exchange("x", 0, b"a" * 100_000))] == [(1, b"a" * 100_000)]


def test_file_that_is_none_of_a_state_is_refused(open_log, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("not a database at all, but long enough to be looked at as one")

    with pytest.raises(StateError, match=r"notes\.txt: file is not a database"):
        open_log(f"sqlite:{file}")


def test_emptied_redis_is_opened_anew(run, open_log, state_of, redis_server):
    place = state_of("redis")
    log, other = open_log(place), open_log(place)
    run(log.exchange("x", 0, b"a"))
    redis_server.empty(place)

    before = [log.opened, other.opened]
    assert [*run(log.exchange("x", 1, b"b"))] == [(1, b"b")]
    assert [*run(other.exchange("x", 0))] == [(1, b"b")]
    assert log.opened not in before
    assert other.opened not in before


def test_redis_that_is_gone_is_told_and_well_afterwards(run, open_log, own_server):
    log = open_log(own_server.new_database())
    run(log.exchange("x", 0, b"a"))
    own_server.stop()
    for record in (None, b"b"):
        with pytest.raises(StateError, match=r"failed|closed|reset"):
            run(log.exchange("x", 1, record))
    own_server.start()

    before = log.opened
    assert [*run(log.exchange("x", 0, b"b"))] == [(1, b"b")]
    assert log.opened is not before


def test_record_that_redis_may_have_appended_before_it_went_is_told_apart(
    run, open_log, own_server
):
    log = open_log(own_server.new_database())
    run(log.known())
    own_server.stop()
    with pytest.raises(LostError):
        run(log.exchange("x", 0, b"a"))

    for record in (None, b"a"):  # now there is nobody whom they could be sent to
        with pytest.raises(StateError, match="Connect call failed") as told:
            run(log.exchange("x", 0, record))
        assert not isinstance(told.value, LostError)
    own_server.start()


def test_connection_that_was_closed_is_made_again_by_whoever_reads(run, open_log, state_of):
    place = state_of("redis")
    log = open_log(place)
    run(log.register("x"))
    before = log.opened
    with redis.Redis.from_url(place) as client:
        client.client_kill_filter(_type="normal", skipme=True)

    assert list(run(log.known())) == ["x"]
    assert log.opened is not before


def test_redis_that_is_not_there_is_refused(open_log, own_server):
    place = own_server.new_database()
    own_server.stop()

    with pytest.raises(StateError, match="refused"):
        open_log(place)
    own_server.start()


def test_redis_that_refuses_is_told_and_well_afterwards(run, open_log, state_of, redis_server):
    log = open_log(state_of("redis"))
    run(log.do("SET", "wan-mock:log:x", "no list"))
    with pytest.raises(StateError, match="WRONGTYPE"):
        run(log.exchange("x", 0))

    with pytest.raises(StateError, match="WRONGTYPE"):
        run(log.do("RPUSH", "wan-mock:log:x", "a"))
    assert [*run(log.exchange("y", 0, b"a"))] == [(1, b"a")]


def test_whoever_does_not_wait_any_longer_stops_nobody(run, open_log, state_of):
    log = open_log(state_of("redis"))

    async def ask():
        impatient = asyncio.create_task(log.exchange("x", 0, b"a"))
        patient = asyncio.create_task(log.exchange("x", 0, b"b"))
        await asyncio.sleep(0)
        impatient.cancel()
        return await patient

    assert run(ask())[-1][1] == b"b"


def test_what_is_on_its_way_at_the_end_is_let_go(run, open_log, state_of):
    log = open_log(state_of("redis"))

    async def leave():
        asked = asyncio.create_task(log.exchange("x", 0, b"a"))
        await asyncio.sleep(0)
        await log.close()
        asked.cancel()
        return await asyncio.gather(asked, return_exceptions=True)

    assert isinstance(run(leave())[0], asyncio.CancelledError)


def test_entry_is_written_though_another_is_not_waited_for_any_more(open_log, state_of, run):
    log = open_log(state_of("sqlite"))

    async def write_two() -> None:
        gone = asyncio.ensure_future(log.write("one", b"gone", size=1, is_counted=False))
        stays = asyncio.ensure_future(log.write("one", b"stays", size=1, is_counted=False))
        await asyncio.sleep(0)
        gone.cancel()
        await stays

    run(write_two())
    assert b"stays" in [entry for _, entry in run(log.entries("one"))]


def test_file_that_somebody_has_damaged_is_told_and_opened_again(open_log, sqlite_place, run):
    log = open_log(sqlite_place)
    with closing(sqlite3.connect(file_of(sqlite_place))) as connection:
        connection.execute("DROP TABLE log")

    with pytest.raises(StateError, match="no such table: log"):
        run(log.exchange("one", 0))
    assert [*run(log.exchange("one", 0))] == []
