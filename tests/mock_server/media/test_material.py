import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_server.media.material import Material


class Press:
    """An encoder that counts its work, and that can be held up and made to fail."""

    def __init__(self):
        self.calls = []
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.failures = 0

    def __call__(self, *arguments):
        self.calls.append(arguments)
        self.started.set()
        assert self.go_on.wait(10)
        if self.failures:
            self.failures -= 1
            raise FileNotFoundError("no ink")
        return b"%06d" % sum(arguments)


@pytest.fixture
def press():
    return Press()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as pool:
        yield pool


def test_piece_is_made_once(press, pool):
    material = Material(100)
    made = list(pool.map(lambda _: material.get(press, 1, 2, 3), range(8)))

    assert made == [b"000006"] * 8
    assert press.calls == [(1, 2, 3)]


def test_who_asks_meanwhile_waits_even_if_nothing_is_kept(press, pool):
    material = Material(0)
    press.go_on.clear()
    first = pool.submit(material.get, press, 1)
    assert press.started.wait(10)
    others = [pool.submit(material.get, press, 1) for _ in range(2)]
    assert not any(other.done() for other in others)
    press.go_on.set()

    assert [piece.result(10) for piece in (first, *others)] == [b"000001"] * 3


def test_another_piece_does_not_wait(press, pool):
    material = Material(100)
    press.go_on.clear()
    slow = pool.submit(material.get, press, 1)
    assert press.started.wait(10)

    assert material.get(bytes, 3) == bytes(3)
    assert not slow.done()
    press.go_on.set()
    assert slow.result(10) == b"000001"


def test_what_encodes_it_is_part_of_the_name(press):
    material = Material(100)

    assert material.get(press, 3) == b"000003"
    assert material.get(bytes, 3) == bytes(3)


def test_failure_is_told_and_forgotten(press):
    material = Material(100)
    press.failures = 1

    with pytest.raises(FileNotFoundError, match="no ink"):
        material.get(press, 7)
    assert material.get(press, 7) == b"000007"


def test_what_is_kept_is_bounded(press):
    material = Material(10)
    for number in (1, 2, 2, 1):
        material.get(press, number)

    assert press.calls == [(1,), (2,), (1,)]
