"""The JSON report on a stream."""

import io
import json

import pytest

from contracts.reports.document import document
from contracts.reports.json_text import print_json
from tests.contracts.reports.conftest import AT, STARTED


def test_what_is_printed_is_the_document(contract, events, report):
    stream = io.StringIO()
    assert [*print_json(events, stream, contract, AT)] == events
    assert json.loads(stream.getvalue()) == document(report)


def test_nothing_is_printed_of_a_run_that_has_no_beginning(contract, broken):
    stream = io.StringIO()
    assert [*print_json([broken], stream, contract, AT)] == [broken]
    assert not stream.getvalue()


def test_run_that_breaks_off_is_printed_and_one_that_never_began_is_not(contract):
    def cut(*events):
        yield from events
        raise ConnectionError

    for events, expected in (([STARTED], 1), ([], 0)):
        stream = io.StringIO()
        with pytest.raises(ConnectionError):
            [*print_json(cut(*events), stream, contract, AT)]
        assert stream.getvalue().count('"format"') == expected
