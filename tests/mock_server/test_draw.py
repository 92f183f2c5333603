import hmac

from hypothesis import given, strategies as st

from mock_server.draw import draw, fraction

SEEDS = (
    st.integers() | st.floats(allow_nan=False) | st.text(st.characters(exclude_categories=["Cs"]))
)


@given(SEEDS, st.lists(st.integers()))
def test_equal_seeds_draw_equal(seed, parts):
    assert draw(seed, *parts) == draw(seed, *parts)


@given(st.integers(), st.integers())
def test_another_seed_or_part_draws_something_else(seed, part):
    assert draw(seed, part) != draw(seed + 1, part)
    assert draw(seed, part) != draw(seed, part + 1)
    assert len(draw(seed, part)) == 32


def test_drawing_is_hmac_sha256_and_stays_so():
    """Ids, seeds and latencies that users have noted down follow from it."""
    assert draw(0, "tests", 1) == hmac.digest(b"0", b"tests/1", "sha256")


@given(st.binary(min_size=32, max_size=32))
def test_fraction_is_from_0_up_to_but_not_including_1(drawn):
    assert 0 <= fraction(drawn) < 1


def test_ends_of_the_fraction():
    assert fraction(bytes(32)) == 0
    assert 0.999999 < fraction(b"\xff" * 32) < 1
