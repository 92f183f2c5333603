"""The submit scenarios: submissions that are refused, lost, slow or answered in another way."""

from mock_server.actions import Action
from mock_server.scenarios.scenario import Kind, Scenario, Strike

OPERATION = "submit"
RETRY_AFTER = {"retry-after": "2"}

SCENARIOS = (
    Scenario(
        name="submit-429",
        kind=Kind.SUBMIT,
        text="Every submission is 429 rate_limit_exceeded with Retry-After: 2, and makes no job.",
        reason="The documented limit of 50 requests a minute; clients were seen to ignore Retry-After (codex-pooler 390) or to wait as long as it says without a bound (hindsight 3390).",
        strike=Strike(operation=OPERATION, action=Action(status=429, headers=RETRY_AFTER)),
    ),
    Scenario(
        name="submit-503",
        kind=Kind.SUBMIT,
        text="Every submission is 503 model_unavailable, and makes no job.",
        reason="The vendor's own code for a worker that is offline for a while: to be tried again with patience, but not for ever.",
        strike=Strike(operation=OPERATION, action=Action(status=503)),
    ),
    Scenario(
        name="submit-500-then-ok",
        kind=Kind.SUBMIT,
        text="The first submission of a prompt is 500 internal_error and makes no job; the next ones are accepted.",
        reason="A 500 does not tell whether there is a job now: who tries again at once may pay twice, who gives up loses a video that one more try would have made.",
        strike=Strike(operation=OPERATION, last=1, action=Action(status=500)),
    ),
    Scenario(
        name="submit-lost",
        kind=Kind.SUBMIT,
        text="The first submission of a prompt makes a job, which is charged, but the connection is dropped before a byte of the answer.",
        reason="Clients send the paid request again, up to three times by default (openai-python), and pay for each (ArcReel 687); the job is in GET /v1/jobs.",
        strike=Strike(operation=OPERATION, last=1, action=Action(drop=True), makes_job=True),
    ),
    Scenario(
        name="submit-slow",
        kind=Kind.SUBMIT,
        text="Every submission makes its job at once and is answered 3 seconds later.",
        reason="A client whose read timeout is shorter takes an accepted submission for a failed one, and sends the paid request again.",
        strike=Strike(operation=OPERATION, action=Action(delay_seconds=3), makes_job=True),
    ),
    Scenario(
        name="submit-200",
        kind=Kind.SUBMIT,
        text="Every submission is accepted with 200 in place of 202.",
        reason="Nobody has documented which of the two it is, and clients test for either; both are success.",
        strike=Strike(operation=OPERATION, action=Action(status=200), makes_job=True),
    ),
)
