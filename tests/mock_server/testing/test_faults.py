import pytest


def test_fault_strikes_until_it_has_healed(account, api):
    account.faults.add(operation="poll", times=2, action={"status": 503})

    assert [api.poll("job_0").status_code for _ in range(3)] == [503, 503, 404]


def test_scenario_acts_on_the_next_jobs(account, api):
    account.faults.add(scenario="fails-moderation", times=1)
    first, second = api.job_id(), api.job_id()
    account.clock.advance(60)

    assert api.poll(first).json()["status"] == "failed"
    assert api.poll(second).json()["status"] == "completed"


def test_fault_tells_what_was_asked_and_what_it_did(account, api):
    added = account.faults.add(operation="poll", after=1, action={"delay_seconds": 0.5}, times=3)
    api.poll("job_0")
    (fault,) = account.faults

    assert (added.id, added.seen) == (fault.id, 0)
    assert (fault.operation, fault.after, fault.times, fault.seen) == ("poll", 1, 3, 1)
    assert (fault.action, fault.scenario, fault.probability) == ({"delay_seconds": 0.5}, None, 1)


def test_fault_is_taken_away(account):
    first = account.faults.add(operation="poll", action={"reset": True})
    second = account.faults.add(scenario="stuck")
    account.faults.remove(first)
    assert account.faults == [second]

    account.faults.remove(second.id)

    assert account.faults == []


def test_all_faults_are_taken_away(account, api):
    account.faults.add(operation="*", action={"status": 500})
    account.faults.clear()

    assert account.faults == []
    assert api.poll("job_0").status_code == 404


def test_unknown_fault_is_told(account):
    with pytest.raises(LookupError, match='"fault_9" is not known'):
        account.faults.remove("fault_9")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "operation: null is not one of submit, poll"),
        ({"operation": "poll", "action": {"sttus": 1}}, r"action\.sttus: is not known"),
        ({"scenario": "stukc"}, "stuck"),
        ({"operation": "poll", "action": {"reset": True}, "often": 1}, '"often" is not known'),
    ],
)
def test_fault_that_cannot_be_is_told(account, fields, message):
    with pytest.raises(ValueError, match=message):
        account.faults.add(**fields)


def test_repr_has_what_is_struck_and_how_often(account, api):
    account.faults.add(operation="poll", times=2, action={"status": 503})
    account.faults.add(scenario="stuck")
    api.poll("job_0")

    assert repr(account.faults) == (
        "[<FaultView fault_1 poll struck 1 of 2>, <FaultView fault_2 stuck struck 0>]"
    )
