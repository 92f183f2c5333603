from contracts.document import load
from contracts.faulty.media import _side
from contracts.specimens.catalogue import specimens


def test_side_of_a_picture_is_the_larger_one_and_0_of_what_is_none() -> None:
    model = next(iter(load().models.values()))
    pictures = [one for one in specimens(model.media) if one.kind == "image" and one.size]
    assert pictures
    assert all(
        _side(one.content) == max(one.size or ()) for one in pictures if "he" not in one.name
    )
    assert _side(b"no picture") == 0
