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
    values = dict.fromkeys(Received._fields, "x")
    return Received(**{**values, "file": file, "size": 1})


def test_path_is_one_below_the_folder_of_whoever_reads(codec, tmp_path):
    record = codec.encode(b"token", 7, Keep(received(tmp_path / "a" / "b")))
    other = Codec(Path("/elsewhere"))

    assert other.command(other.decode(record)).received.file == Path("/elsewhere/a/b")


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


def test_seed_of_any_size_makes_the_same_job_everywhere(make_client, place):
    client = make_client(state=place, policies={"seed_range": "accept"})
    for seed in (2**70, -(2**70)):
        job = client.submit(seed=seed).json

        assert {client.get(job["poll_url"]).status for _ in range(2)} == {200}
        assert {client.get(f"/_mock/jobs/{job['job_id']}").body for _ in range(2)}
