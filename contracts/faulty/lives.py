"""How jobs go: statuses that go back or stop, words nobody knows, progress that is none, jobs that get lost."""

from collections import Counter
from collections.abc import Callable, Iterator

from contracts.faulty.combining import (
    JOB,
    TELLING,
    TERMINAL,
    JobChange,
    Memory,
    remembering,
    retell,
    told,
)
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.message import SUBMIT, Fields, Reply, Request, refusal

FAMILY = "lives"
LOST = ("JOB-UNKNOWN", "JOB-RETENTION", "JOB-SUBMIT")
POLLS = 3


def faults() -> Iterator[Fault]:
    """Yield the faults of statuses and progress, and of jobs that are there no more."""
    for id_, rules, text, begin in (*_lost(), *_back(), *_words(), *_progress()):
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def running(job: Fields) -> Fields:
    """Return *job* as it was just before its end."""
    return {
        **job,
        "status": "processing",
        "progress": 0.99,
        "completed_at": None,
        "result": None,
        "error": None,
    }


def nth_poll(change: Callable[[Fields, int], Fields]) -> Begin:
    """Let *change* rewrite what a poll tells, by how often the job was polled, this time included."""

    def begin() -> Behaviour:
        polls: Counter[str] = Counter()

        async def behave(request: Request, proceed: Proceed) -> Reply:
            reply = await proceed(request)
            if request.operation != JOB:
                return reply
            polls[request.target] += 1
            count = polls[request.target]
            return retell(request, reply, lambda job: change(job, count))

        return behave

    return begin


def after(status: str, change: JobChange) -> Begin:
    """Let *change* rewrite a job once it was told to have a *status*: the first time it is told as it is."""

    def make(memory: Memory) -> Begin:
        def rewritten(job: Fields) -> Fields:
            if job["job_id"] in memory:
                return change(job)
            if job["status"] == status:
                memory[job["job_id"]] = True
            return job

        return told(rewritten)

    return remembering(make)


def gone(when: Callable[[str, Counter[str]], bool]) -> Begin:
    """Answer polls as if there were no such job when *when* holds of the job's id and of how often each was polled."""

    def begin() -> Behaviour:
        polls: Counter[str] = Counter()

        async def behave(request: Request, proceed: Proceed) -> Reply:
            if request.operation == JOB:
                job_id = request.parameters["job_id"]
                polls[job_id] += 1
                if when(job_id, polls):
                    return refusal(404, "job_not_found")
            return await proceed(request)

        return behave

    return begin


def _lost() -> Table:
    yield (
        "job-lost-after-polls",
        LOST,
        f"A job is unknown once it was polled {POLLS} times.",
        gone(lambda job_id, polls: polls[job_id] > POLLS),
    )
    yield (
        "job-there-too-late",
        LOST,
        "A job is unknown to its first poll.",
        gone(lambda job_id, polls: polls[job_id] == 1),
    )
    yield (
        "job-lost-to-the-next",
        LOST,
        "A job is unknown once another one was submitted.",
        _forgotten_for_the_next,
    )
    yield (
        "job-never-ends",
        ("JOB-STATUS", "OUT-FORMAT", "JOB-RETENTION", "USAGE"),
        "A job is processing for ever.",
        told(lambda job: running(job) if job["status"] == "completed" else job),
    )


def _forgotten_for_the_next() -> Behaviour:
    last: Memory = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        job_id = request.parameters.get("job_id")
        if request.operation in TELLING and job_id and last.get(request.caller, job_id) != job_id:
            return refusal(404, "job_not_found")
        reply = await proceed(request)
        if request.operation == SUBMIT and reply.is_accepted:
            last[request.caller] = reply.json["job_id"]
        return reply

    return behave


def _back() -> Table:
    queued = {"status": "queued", "progress": 0.0}
    yield (
        "processing-goes-back",
        ("JOB-FORWARD",),
        "Every other poll tells that a processing job is queued.",
        nth_poll(
            lambda job, count: (
                {**job, **queued} if job["status"] == "processing" and count % 2 == 0 else job
            )
        ),
    )
    yield (
        "completed-goes-back",
        ("JOB-FORWARD", "JOB-TERMINAL"),
        "Once it was completed, a job is processing again.",
        after("completed", running),
    )
    yield (
        "completed-fails-later",
        ("JOB-TERMINAL",),
        "Once it was completed, a job has failed.",
        after("completed", _failed),
    )


def _failed(job: Fields) -> Fields:
    error = {"code": "upstream_error", "message": "It was lost.", "type": "upstream_error"}
    return {**running(job), "status": "failed", "error": error}


def _words() -> Table:
    for word, other in (
        ("processing", "running"),
        ("completed", "succeeded"),
        ("cancelled", "canceled"),
        ("failed", "error"),
    ):
        yield (
            f"{word}-is-{other}",
            ("JOB-STATUS", "JOB-RESULT", "JOB-PROGRESS", "JOB-CANCEL"),
            f"A job that is {word} is told to be {other}.",
            told(_spelled(word, other)),
        )
    yield (
        "failed-is-cancelled",
        ("JOB-STATUS", "MEDIA-IMAGE-FORMAT"),
        "A job that failed is told to be cancelled, which nobody asked for.",
        told(
            lambda job: (
                {**job, "status": "cancelled", "error": None} if job["status"] == "failed" else job
            )
        ),
    )


def _spelled(word: str, other: str) -> JobChange:
    return lambda job: {**job, "status": other} if job["status"] == word else job


def _progress() -> Table:
    rules = ("JOB-PROGRESS",)
    yield (
        "progress-falls",
        rules,
        "Every other poll tells half of the progress.",
        nth_poll(
            lambda job, count: (
                {**job, "progress": job["progress"] / 2}
                if job["status"] not in TERMINAL and count % 2 == 0
                else job
            )
        ),
    )
    yield (
        "progress-in-percent",
        (*rules, "JOB-SHAPE"),
        "Progress goes to 100.",
        told(lambda job: {**job, "progress": job["progress"] * 100}),
    )
    yield (
        "progress-negative",
        (*rules, "JOB-SHAPE"),
        "The progress of a queued job is -1.",
        told(lambda job: {**job, "progress": -1} if job["status"] == "queued" else job),
    )
    for status, progress in (("processing", 1.0), ("completed", 0.99), ("cancelled", 1.0)):
        yield (
            f"progress-{progress}-when-{status}",
            (*rules, "JOB-TERMINAL"),
            f"The progress of a job that is {status} is {progress}.",
            told(_at(status, progress)),
        )


def _at(status: str, progress: float) -> JobChange:
    return lambda job: {**job, "progress": progress} if job["status"] == status else job
