"""The poll scenarios: some polls of a job that go wrong, while the job itself goes on."""

from mock_server.actions import Action
from mock_server.scenarios.scenario import Kind, Scenario, Strike

BAD_GATEWAY = b"""<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>proxy</center>
</body>
</html>
"""
NOT_JSON = b"upstream connect error or disconnect before headers"


def _strike(action: Action, *, last: int = 4) -> Strike:
    # Not the first poll: a client that has seen the job must not believe that it is gone.
    return Strike(operation="poll", first=2, last=last, action=action)


SCENARIOS = (
    Scenario(
        name="poll-429",
        kind=Kind.POLL,
        text="Polls 2 to 4 of the job are 429 rate_limit_exceeded with Retry-After: 2.",
        reason="Polls count against the documented 50 requests a minute; a client that takes the 429 for a failed job throws away a video that it has paid for.",
        strike=_strike(Action(status=429, headers={"retry-after": "2"})),
    ),
    Scenario(
        name="poll-503",
        kind=Kind.POLL,
        text="Polls 2 to 4 of the job are 503 model_unavailable.",
        reason="The gateway may be down for a moment while the job goes on; who submits again because of it pays twice.",
        strike=_strike(Action(status=503)),
    ),
    Scenario(
        name="poll-reset",
        kind=Kind.POLL,
        text="Polls 2 to 4 of the job end in a TCP reset before a byte of the answer.",
        reason="A finished and paid video was thrown away for one reset connection (gflow-cli 895).",
        strike=_strike(Action(reset=True)),
    ),
    Scenario(
        name="poll-truncated",
        kind=Kind.POLL,
        text="Polls 2 to 4 of the job end in the midst of the body, which is shorter than its Content-Length.",
        reason="Some HTTP clients hand over a short body without a word (Windup 129); what is left of the JSON must not be taken for a failed job.",
        strike=_strike(Action(is_halved=True)),
    ),
    Scenario(
        name="poll-not-json",
        kind=Kind.POLL,
        text="Polls 2 to 4 of the job are 200 with application/json and a body that is not JSON.",
        reason="A proxy's own words under the API's content type; a common client ends with a bare JSONDecodeError then, and the job is lost to its user.",
        strike=_strike(Action(body=NOT_JSON)),
    ),
    Scenario(
        name="poll-html-502",
        kind=Kind.POLL,
        text="Polls 2 to 4 of the job are 502 with an HTML page, as a proxy sends it.",
        reason="Errors of whatever stands before the API know nothing of its envelope; a client that reads error.message of a page ends with a mistake of its own.",
        strike=_strike(Action(status=502, body=BAD_GATEWAY, headers={"content-type": "text/html"})),
    ),
    Scenario(
        name="poll-slow",
        kind=Kind.POLL,
        text="Polls 2 to 4 of the job are answered 3 seconds late.",
        reason="A timeout of one poll is no failure of the job; and a loop that counts polls in place of time waits much longer than it says.",
        strike=_strike(Action(delay_seconds=3)),
    ),
    Scenario(
        name="poll-404-once",
        kind=Kind.POLL,
        text="Poll 2 of the job is 404 job_not_found; the job is there all the time.",
        reason="A copy of a database that lags behind does not know a new job yet; the rule that an unknown job is 404 cannot tell the two apart, so one more look is due.",
        strike=_strike(Action(status=404, code="job_not_found"), last=2),
    ),
)
