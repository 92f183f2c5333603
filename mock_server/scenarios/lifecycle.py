"""The lifecycle scenarios: jobs that go in another way than a client hopes for."""

from mock_server.scenarios.scenario import Course, Failure, Kind, Scenario

SCENARIOS = (
    Scenario(
        name="slow",
        kind=Kind.LIFECYCLE,
        text="The job takes ten times its latency, and half a minute at least.",
        reason="The vendor says 5 minutes and more; real samples go up to 10, and a deadline made for the usual job gives up on a paid one.",
        course=Course(latency_factor=10, least_seconds=30),
    ),
    Scenario(
        name="stuck",
        kind=Kind.LIFECYCLE,
        text="The job is processing for ever: its progress stops at 50 %, and it ends only by a cancel or a control call.",
        reason="The provider itself gives up after three hours only; a poll loop without a deadline of its own waits as long, or for ever.",
        course=Course(never_ends=True, halts_at_percent=50),
    ),
    Scenario(
        name="fails-moderation",
        kind=Kind.LIFECYCLE,
        text="The job fails at 10 % with upstream_error and DataInspectionFailed: the prompt or a picture was refused.",
        reason="The provider looks at content after the submission was accepted, so that a refusal is a failed job and never a 4xx; trying again does not help.",
        course=Course(
            failure=Failure(
                code="DataInspectionFailed",
                message="Input data may contain inappropriate content.",
                at_percent=10,
            )
        ),
    ),
    Scenario(
        name="fails-upstream",
        kind=Kind.LIFECYCLE,
        text="The job fails at 50 % with upstream_error and InternalError.Algo: the model broke down.",
        reason="An error of the provider's list that a new submission may well get past; the failed job costs nothing.",
        course=Course(
            failure=Failure(
                code="InternalError.Algo",
                message="An internal error has occurred during algorithm inference.",
                at_percent=50,
            )
        ),
    ),
    Scenario(
        name="fails-at-99",
        kind=Kind.LIFECYCLE,
        text="The job fails at 99 % with upstream_error and InternalError.Algo.",
        reason="Progress promises nothing before the status does: a client that takes a nearly full bar for a finished job downloads a video that never was.",
        course=Course(
            failure=Failure(
                code="InternalError.Algo",
                message="An internal error has occurred during algorithm inference.",
                at_percent=99,
            )
        ),
    ),
    Scenario(
        name="fails-timeout",
        kind=Kind.LIFECYCLE,
        text="The job takes three times its latency and then fails at 95 % with upstream_error and InternalError.Timeout.",
        reason="The provider ends tasks that take too long with this very code; who waited that long should learn why, and may try again.",
        course=Course(
            latency_factor=3,
            failure=Failure(
                code="InternalError.Timeout",
                message="The task has timed out at the provider.",
                at_percent=95,
            ),
        ),
    ),
    Scenario(
        name="cancelled-by-provider",
        kind=Kind.LIFECYCLE,
        text="The job is cancelled at 40 %, though nobody asked for it; it costs nothing.",
        reason="The provider's task states include CANCELED; a client that did not know a final word ran to its ten-minute cap (ArcReel 651).",
        course=Course(cancelled_at_percent=40),
    ),
    Scenario(
        name="succeeded-word",
        kind=Kind.LIFECYCLE,
        text="The finished job's status is succeeded where completed is expected; the job is charged.",
        reason="The vendor's own texts use both words, and so does the provider; a client that knows only one of them never sees the end of a paid job.",
        course=Course(words={"completed": "succeeded"}),
    ),
    Scenario(
        name="unknown-status",
        kind=Kind.LIFECYCLE,
        text="The job is paused, a status that nobody documented, from 50 % until it is completed; it takes four seconds at least.",
        reason="A client took a status that it did not know for the end and downloaded too early (ArcReel 410).",
        course=Course(least_seconds=4, halts_at_percent=50, pauses=True),
    ),
    Scenario(
        name="unknown-fields",
        kind=Kind.LIFECYCLE,
        text="The job's answers have fields that nobody documented, on every level.",
        reason="The captured answer of a sister endpoint has more fields than the documents name; a decoder that forbids them breaks on the day one is added.",
        course=Course(
            adds={
                "/queue_position": None,
                "/metadata": {"region": "singapore", "attempts": 1, "labels": []},
                "/result/thumbnails": [],
                "/result/data/0/width": "unknown",
                "/result/usage/discount": {"percent": 8},
                "/error/details": {"retryable": None},
            }
        ),
    ),
    Scenario(
        name="completed-without-url",
        kind=Kind.LIFECYCLE,
        text="The completed job's result has no url; the job is charged, and its file_id still leads to the video.",
        reason="A finished job without a URL made a client spin to its deadline (opencodex 582); it should say what happened, with the job's id.",
        course=Course(omits=("/result/data/0/url",)),
    ),
    Scenario(
        name="progress-missing",
        kind=Kind.LIFECYCLE,
        text="The job's answers have no progress at all.",
        reason="The provider reports none, so that the gateway's can only be its guess; a missing bar is no reason to give up on a paid job.",
        course=Course(omits=("/progress",)),
    ),
    Scenario(
        name="forgotten-early",
        kind=Kind.LIFECYCLE,
        text="The job is 404 from the moment it ends, though it is charged; its usage event still has the video's URL.",
        reason="The API forgets a job after an hour, and the provider's tasks become UNKNOWN; a client that sleeps through the end polls a 404 for ever.",
        course=Course(retention_seconds=0),
    ),
)
