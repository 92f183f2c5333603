"""What a client sees of a state that goes away, is emptied, or is changed by others."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import redis

from mock_server.clock import SECOND
from mock_server.commands import Advance, End, Ending, Forget, Keep, Look, Poll
from mock_server.problems import Problem
from mock_server.settings import SQLITE, Settings
from mock_server.state.log import PAGE, LostError, away
from mock_server.uploads import Received
from tests.applications import open_application
from tests.client import Client, Time


@pytest.fixture
def two(place, runner):
    """Two emulators that share their accounts."""
    opened = [open_application(Settings(state=place, clock="manual"), Time()) for _ in range(2)]
    yield opened
    for one in opened:
        runner.run(one.emulator.close())


@pytest.fixture
def clients(two, runner):
    return [Client(one.app, runner, Time(), "sk-empiriolabs-me") for one in two]


def test_news_are_the_exchanges_since_the_last_that_was_told(two, clients, run):
    one, _ = two
    first = run(one.emulator.news("me", None))
    assert (first.number, [*first.exchanges]) == (0, [])
    clients[1].get("/v1/jobs")
    clients[1].get("/v1/models")

    news = run(one.emulator.news("me", first.number))
    assert (news.number, [each.operation for each in news.exchanges]) == (2, ["list", "models"])
    assert [*run(one.emulator.news("me", news.number)).exchanges] == []


def test_news_go_on_when_the_account_was_forgotten(two, clients, run):
    one, _ = two
    for _ in range(3):
        clients[1].get("/v1/jobs")
    number = run(one.emulator.news("me", None)).number
    clients[1].send("DELETE", "/_mock/account")
    clients[1].get("/v1/models")

    news = run(one.emulator.news("me", number))
    assert [each.operation for each in news.exchanges] == ["models"]


def test_journal_that_one_empties_is_empty_for_all(clients):
    one, other = clients
    one.get("/v1/jobs")
    assert len(other.get("/_mock/requests").json["data"]) == 1
    other.send("DELETE", "/_mock/requests")

    assert one.get("/_mock/requests").json["data"] == []


def test_command_that_is_refused_is_refused_where_it_was_asked_for(clients):
    one, other = clients
    one.patch(balance=0)

    assert one.submit().error["code"] == "insufficient_credits"
    assert other.get("/v1/jobs").json["data"] == []


def test_others_are_answered_while_a_long_log_is_read(two, run):
    one, other = (each.emulator for each in two)

    async def write():
        for _ in range(PAGE):
            await one.do("me", Advance(1))

    async def read_while_asking():
        reading = asyncio.create_task(other.present("me"))
        while other.known("me") is None:  # noqa: ASYNC110 - looked at after every step of the reading
            await asyncio.sleep(0)
        early = other.known("me").clock.now()
        return early, (await reading).clock.now()

    run(write())
    run(one.do("me", Advance(1)))
    early, late = run(read_while_asking())

    assert early < late == one.known("me").clock.now()


def test_all_accounts_are_read_to_the_end(two, run):
    one, other = (each.emulator for each in two)

    async def write():
        for _ in range(PAGE + 1):
            await one.do("me", Advance(1))

    run(one.present("me"))
    run(write())

    assert [account.clock.now() for account in run(other.accounts())] == [
        one.known("me").clock.now()
    ]


def test_command_of_another_version_is_told_and_nothing_is_left_out(two, clients, run):
    one, other = clients
    one.submit()
    unknown = msgspec.msgpack.encode((b"token", 0, "Nonsense", []))
    run(two[0].emulator.log.exchange("me", 0, unknown))

    for answer in (other.get("/v1/jobs"), other.get("/v1/jobs")):
        assert (answer.status, answer.error["code"]) == (503, "model_unavailable")
        assert "'Nonsense' is not a kind of command" in answer.error["message"]


def test_video_of_a_job_that_another_process_took_is_found(clients):
    one, other = clients
    path = one.submit().json["poll_url"]
    one.advance(60)
    url = one.get(path).json["result"]["data"][0]["url"]

    assert other.as_(None).get(url).status == 200


def test_account_that_one_forgets_begins_anew_for_all(two, clients, run):
    one, other = clients
    job_id = one.submit().json["job_id"]
    other.get("/v1/jobs")
    run(two[0].emulator.do("me", Forget()))

    assert other.get("/v1/jobs").json["data"] == []
    assert other.submit().json["job_id"] == job_id


def test_fault_that_several_take_away_at_once_is_gone_for_all_but_one(clients, runner):
    added = clients[0].post("/_mock/faults", {"scenario": "poll-503"}).json["id"]

    async def remove_all():
        target = f"/_mock/faults/{added}"
        return await asyncio.gather(
            *(each._send("DELETE", target, b"", {}) for each in clients * 8)
        )

    assert sorted(answer.status for answer in runner.run(remove_all())) == [204, *[404] * 15]


@pytest.mark.parametrize("command", [Poll("job_1"), End("job_1", Ending.CANCEL)])
def test_job_that_was_forgotten_meanwhile_is_not_found(two, run, command):
    with pytest.raises(Problem, match="job_1 is not known any more") as told:
        run(two[0].emulator.do("me", command))
    assert told.value.code == "job_not_found"


def test_what_may_have_been_done_is_not_to_be_tried_again():
    told = away(LostError("Timeout"))

    assert (told.code, "retry-after" in told.headers) == ("upstream_error", False)
    assert told.message.endswith("did not answer: Timeout; what was asked for may have been done.")


def test_state_that_is_set_back_is_read_anew_by_all(clients, place, tmp_path):
    one, other = clients
    jobs = [one.submit().json["job_id"] for _ in range(3)]
    set_back = copied(place, tmp_path)
    jobs += [one.submit().json["job_id"] for _ in range(2)]
    assert ids(one) == ids(other) == jobs[::-1]
    set_back()

    assert ids(one) == ids(other) == jobs[2::-1]
    assert [other.submit().json["job_id"], one.submit().json["job_id"]] == jobs[3:]
    assert ids(one) == ids(other) == jobs[::-1]


def test_command_is_carried_out_once_though_the_state_is_opened_anew_meanwhile(two, run, place):
    one = two[0].emulator
    run(one.do("me", Advance(1)))
    began = one.known("me").clock.now()

    async def advance_while_reading():
        await open_again(one, place)
        advancing = asyncio.create_task(one.do("me", Advance(1)))
        while not advancing.done():
            await asyncio.sleep(0)
            await one.present("me")
        await advancing

    run(advance_while_reading())
    assert [run(each.emulator.present("me")).clock.now() - began for each in two] == [SECOND] * 2


def test_uploads_are_counted_once_when_the_state_is_opened_anew(two, run, place):
    one, other = (each.emulator for each in two)
    shelf, others = (run(each.present("me")).shelf for each in (one, other))
    half = one.contract.api.limits.upload_quota_bytes // 2
    run(one.do("me", Keep(Received(shelf.scratch(), b"a.png", "image/png", half, "e"))))
    held = one.known("me")
    run(open_again(one, place))
    assert len(run(one.present("me")).upload_ids) == 1
    run(other.do("me", Keep(Received(others.scratch(), b"b.png", "image/png", half, "e"))))

    assert run(one.present("me")).upload_ids == other.known("me").upload_ids
    assert len(held.upload_ids) == 1


async def open_again(emulator, place):
    """Have the state at *place* opened again by *emulator*, as after an error."""
    if place.startswith(SQLITE):
        emulator.log._file.close()
    else:
        await emulator.log._connection.disconnect()


def ids(client):
    return [job["job_id"] for job in client.get("/v1/jobs").json["data"]]


def copied(place, folder):
    """Return a function that sets the state at *place* back to what it is now, as a backup does."""
    if place.startswith(SQLITE):
        file, copy = Path(place.removeprefix(SQLITE)), folder / "copy.db"
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)

        def replace():
            for end in ("", "-wal", "-shm"):
                Path(f"{file}{end}").unlink()
            copy.rename(file)

        return replace
    with redis.Redis.from_url(place) as client:
        kept = {key: client.dump(key) for key in client.scan_iter()}

    def restore():
        with redis.Redis.from_url(place) as client:
            client.flushdb()
            for key, value in kept.items():
                client.restore(key, 0, value)
            client.client_kill_filter(_type="normal", skipme=True)

    return restore


def test_account_that_was_ahead_begins_at_the_present_when_it_is_forgotten(place, runner, run):
    times = [Time(), Time(), Time()]
    opened = [open_application(Settings(state=place), time) for time in times]
    ahead, right, fresh = (one.emulator for one in opened)
    times[0].pass_seconds(3600)
    run(ahead.do("me", Look()))
    assert run(right.present("me")).clock.now() == times[0].at
    run(right.do("me", Forget()))

    assert {run(one.present("me")).clock.now() for one in (right, fresh)} == {times[1].at}
    for one in (ahead, right, fresh):
        run(one.close())


def test_redis_that_goes_away_is_a_503_and_begins_anew_when_it_is_back(make_client, own_server):
    client = make_client(state=own_server.new_database())
    job_id = client.submit().json["job_id"]
    own_server.stop()
    answer = client.submit()
    assert (answer.status, answer.error["code"]) == (503, "model_unavailable")
    assert "the emulator's state cannot be reached" in answer.error["message"]
    assert answer.headers["retry-after"] == "1"
    own_server.start()

    assert client.get("/v1/jobs").json["data"] == []
    assert client.submit().json["job_id"] == job_id


def test_file_that_is_made_anew_is_begun_anew(make_client, state_of):
    place = state_of("sqlite")
    client = make_client(state=place)
    job_id = client.submit().json["job_id"]
    client.get("/v1/jobs")
    file = Path(place.removeprefix("sqlite:"))
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink()
    answer = client.get("/v1/jobs")
    assert (answer.status, answer.error["code"]) == (503, "model_unavailable")
    file.touch()

    assert [client.get("/v1/jobs").json["data"] for _ in range(2)] == [[], []]
    assert client.submit().json["job_id"] == job_id
