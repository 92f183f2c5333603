"""The page on the control interface names what the emulator takes, no more and no less."""

import re

import pytest

from docs.control import ACTIONS, ANSWERS, ASKED, FIELDS_OF, QUERIES
from mock_server.action_fields import KNOWN
from mock_server.journal_control import FILTERS


@pytest.mark.parametrize("call", FIELDS_OF)
def test_the_fields_told_are_those_that_the_emulator_knows(client, call: str):
    method, path = call.split()
    job_id = client.submit().json["job_id"]
    answer = client.send(method, path.format(job_id=job_id), {"?": 0})

    (known,) = re.findall(r'"\?" is not known; (.*) would do', answer.error["message"])
    assert {*known.split(", ")} == FIELDS_OF[call].keys()


def test_no_answer_is_told_twice():
    assert not {*ASKED} & ANSWERS.keys()


def test_every_filter_of_the_journal_is_told():
    assert QUERIES["GET /_mock/requests"].keys() == {*FILTERS, "limit"}


def test_every_field_of_an_action_is_told():
    assert ACTIONS.keys() == {*KNOWN}
