from hypothesis import given, strategies as st

from mock_server.media.cache import ByteCache

PUTS = st.lists(st.tuples(st.integers(0, 5), st.binary(max_size=12)))


@given(PUTS, st.integers(0, 30))
def test_cache_never_holds_more_than_its_bytes(puts, max_bytes):
    cache = ByteCache[int, bytes](max_bytes)
    for key, value in puts:
        cache.put(key, value)
        kept = [cache.get(key) for key in range(6)]

        assert cache.size == sum(len(value) for value in kept if value) <= max_bytes
        assert cache.get(key) in (value, None)
        assert (cache.get(key) is None) == (len(value) > max_bytes)


def test_what_was_used_longest_ago_goes_first():
    cache = ByteCache[str, bytes](2)
    cache.put("a", b"1")
    cache.put("b", b"2")
    cache.get("a")
    cache.put("c", b"3")

    assert [cache.get(key) for key in "abc"] == [b"1", None, b"3"]


def test_too_large_a_value_drops_its_predecessor_only():
    cache = ByteCache[str, bytes](2)
    cache.put("a", b"1")
    cache.put("b", b"2")
    cache.put("b", b"222")

    assert [cache.get(key) for key in "ab"] == [b"1", None]
