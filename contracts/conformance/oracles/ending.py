"""How a run ends: with the video or without, in time, honestly, and for the price of one."""

from collections.abc import Iterator

from contracts.conformance.case import Finding, Oracle
from contracts.conformance.said import COMPLETED, ERROR, FAILED, TIMEOUT
from contracts.conformance.trial import Trial

# A client may take so much longer than its deadline: it has to start, and to let go of what it waits for.
LATE_SHARE, LATE_SECONDS = 1.25, 2.0
NOTHING, SOME = "no file", "{} bytes; the video of the job has {}"


def completes(trial: Trial) -> Iterator[Finding]:
    """The client says completed, and the whole video lies under the name that was asked for."""
    if not trial.is_completed:
        yield Finding(expected=f"outcome {COMPLETED}", received=_said(trial))
    elif not trial.jobs and trial.video is None:
        yield Finding(expected="a job, and its video", received="no job was made")
    elif trial.video is None or trial.ran.saved != trial.video:
        yield Finding(expected="the video, byte by byte", received=_saved(trial))


def is_honest(trial: Trial) -> Iterator[Finding]:
    """Who says completed has the whole video; who says anything else leaves nothing under its name."""
    if trial.is_completed:
        yield from completes(trial)
    elif trial.ran.saved is not None:
        expected = "nothing under the name of the video, as the client does not say completed"
        yield Finding(expected=expected, received=_saved(trial))


def answers(trial: Trial) -> Iterator[Finding]:
    """The adapter ends by itself, and says what became of the video."""
    if trial.ran.said is None:
        yield Finding(expected="one of the outcomes of the protocol", received=_said(trial))


def gives_up(trial: Trial) -> Iterator[Finding]:
    """The client says error, failed or timeout, and leaves no file."""
    if trial.outcome not in {ERROR, FAILED, TIMEOUT}:
        expected = f"outcome {ERROR}, {FAILED} or {TIMEOUT}"
        yield Finding(expected=expected, received=_said(trial))
    yield from is_honest(trial)


def says(*outcomes: str) -> Oracle:
    """Return an oracle: the client says one of *outcomes*."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        if trial.outcome not in outcomes:
            yield Finding(expected=f"outcome {' or '.join(outcomes)}", received=_said(trial))

    return oracle


def in_time(trial: Trial) -> Iterator[Finding]:
    """The client ends by its deadline, a quarter of it and two seconds allowed for the end.

    It counts from the first request: a busy machine may take seconds to start an interpreter.
    """
    most = trial.deadline * LATE_SHARE + LATE_SECONDS
    seconds = trial.ran.seconds - trial.starting
    if trial.ran.is_killed or seconds > most:
        state = "still running" if trial.ran.is_killed else "ended"
        yield Finding(
            expected=f"an end within {trial.deadline:g} s, {most:.1f} s at the very most",
            received=f"{state} after {seconds:.1f} s",
        )


def makes_at_most(count: int) -> Oracle:
    """Return an oracle: no more jobs are made than *count*."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        if len(trial.jobs) > count:
            ids = ", ".join(str(job["job_id"]) for job in trial.jobs)
            received = f"{len(trial.jobs)}, each of them charged: {ids}"
            yield Finding(expected=f"{_jobs(count)} at most", received=received)

    return oracle


def passes_on(*words: str) -> Oracle:
    """Return an oracle: message or error code have one of *words*."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        said = trial.ran.said
        told = "" if said is None else f"{said.error_code} {said.message}"
        if not any(word.lower() in told.lower() for word in words):
            expected = f"an error_code or a message with {' or '.join(words)}"
            yield Finding(expected=expected, received=told or _said(trial))

    return oracle


def is_retryable(*, wanted: bool) -> Oracle:
    """Return an oracle: the client says *wanted* of whether a new submission may help."""

    def oracle(trial: Trial) -> Iterator[Finding]:
        told = None if trial.ran.said is None else trial.ran.said.retryable
        if told is not wanted:
            received = f"retryable {_json(told)}"
            yield Finding(expected=f"retryable {_json(wanted)}", received=received)

    return oracle


def names_its_job(trial: Trial) -> Iterator[Finding]:
    """The client tells the id of the job that it made."""
    ids = [str(job["job_id"]) for job in trial.jobs]
    told = None if trial.ran.said is None else trial.ran.said.job_id
    if ids and told not in ids:
        yield Finding(expected=f"job_id {ids[0]}", received=f"job_id {_json(told)}")


def _jobs(count: int) -> str:
    return "one job" if count == 1 else f"{count or 'no'} jobs"


def _json(value: object) -> str:
    return {None: "null", True: "true", False: "false"}.get(value, str(value))  # type: ignore[call-overload,no-any-return]


def _said(trial: Trial) -> str:
    said = trial.ran.said
    if said is None:
        return f"{trial.ran.trouble}"
    message = f": {said.message}" if said.message else ""
    return f"outcome {said.outcome}{message}"


def _saved(trial: Trial) -> str:
    saved = trial.ran.saved
    if saved is None:
        return NOTHING
    if trial.video is not None and len(saved) == len(trial.video):
        return f"other {len(saved)} bytes" if saved != trial.video else "the whole video"
    return SOME.format(len(saved), "none" if trial.video is None else len(trial.video))
