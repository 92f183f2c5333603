"""What a look makes of what goes wrong."""

import pytest

from mock_server.intake.looking import DEFECT
from mock_server.intake.measuring import Unreadable


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [("image", "PSD", b"8BPS"), ("video", "FLV", b"FLV\1"), ("audio", "AMR", b"#!AMR")],
)
def test_format_that_a_document_lists_and_nothing_decodes_is_a_defect_and_told(
    look, kind, name, content
):
    """Who reads "cannot be decoded" would look for the mistake in the file."""
    found = look(kind, content, formats=(name,))

    assert found == Unreadable(reason=f"{DEFECT}, KeyError", format=name)


def test_same_format_is_no_defect_where_it_is_not_listed(look):
    found = look("image", b"8BPS")

    assert found.reason.startswith("is a PSD; JPEG")
