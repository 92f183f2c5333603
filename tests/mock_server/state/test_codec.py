"""Commands are written and read back as they were, and nothing else is read."""

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from mock_server.clock import ClockMode
from mock_server.commands import Advance, End, Ending, Keep, SetClock
from mock_server.state.codec import Codec
from mock_server.uploads import Received


@pytest.fixture
def codec(tmp_path):
    return Codec(tmp_path)


def again(codec, command):
    return codec.command(codec.decode(codec.encode(b"token", 7, command)))


@pytest.mark.parametrize(
    "command",
    [Advance(Decimal("0.1")), Advance(3), End("job_1", Ending.CANCEL), SetClock(ClockMode.SKIP)],
)
def test_command_is_read_as_it_was_written(codec, command):
    assert again(codec, command) == command


def received(file):
    return Received(file, b"photo.jpg", "image/jpeg", 1, "etag")


def test_path_is_one_below_the_folder_of_whoever_reads(codec, tmp_path):
    record = codec.encode(b"token", 7, Keep(received(tmp_path / "a" / "b")))
    other = Codec(Path("/elsewhere"))

    command = other.command(other.decode(record))

    assert command == Keep(received(Path("/elsewhere/a/b")))


def test_path_that_leads_out_of_the_folder_is_refused(codec, tmp_path):
    record = codec.encode(b"token", 7, Keep(received(tmp_path / ".." / "b")))

    with pytest.raises(ValueError, match="below the state's folder"):
        codec.command(codec.decode(record))


def test_record_of_another_kind_is_refused(codec):
    record = msgspec.msgpack.encode([b"token", 7, "Nonsense", []])

    with pytest.raises(ValueError, match="'Nonsense' is not a kind of command"):
        codec.command(codec.decode(record))
    with pytest.raises(ValueError, match="Expected"):
        codec.decode(b"\x01")


def test_what_has_no_place_in_a_command_is_refused(codec):
    with pytest.raises(NotImplementedError, match="complex has no place"):
        codec.encode(b"token", 7, Advance(1j))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [3.0, 2**63, 2**70, -(2**70), 0.5])
def test_job_of_any_seed_is_told_the_same_by_every_process(make_client, place, seed):
    client = make_client(state=place, policies={"seed_range": "accept"}, clock="manual")
    job = client.submit(seed=seed)
    client.advance(60)
    for path in (job.json["poll_url"], f"/_mock/jobs/{job.json['job_id']}"):
        assert len({client.get(path).body for _ in range(2)}) == 1


@pytest.mark.parametrize("number", [1, 0.25, 1.0])
def test_numbers_are_told_as_they_were_spelled_by_every_process(make_client, place, number):
    client = make_client(state=place, clock="manual")
    action = {"delay_seconds": number}
    client.post("/_mock/faults", {"operation": "*", "probability": number, "action": action})
    client.patch(latency=number, balance=number)
    client.advance(number)
    for path in ("/_mock/faults", "/_mock/account", "/_mock/clock"):
        assert len({client.get(path).body for _ in range(2)}) == 1, path
