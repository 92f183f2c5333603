"""Every example client gets its video, or tells why not, whatever the API does; and no video is bought twice."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from contracts.document import load

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAMS = ("python-requests", "python-httpx", "python-httpx-async", "node", "java", "shell")
TERMINAL = {"completed", "succeeded", "failed", "cancelled"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What happens to a client: *submits* is how often it sends the paid request, *jobs* how many jobs there are then.

    *words* are those of its command; {job} in them and in *faults* is a job that is there before, {url} the emulator.
    """

    name: str
    prompt: str = ""
    account: str = "me"
    key: str | None = None
    words: Sequence[str] | None = None
    fields: Mapping[str, Any] = field(default_factory=lambda: {"resolution": "720p"})
    faults: Sequence[Mapping[str, Any]] = ()
    seconds: float = 60
    submits: int = 1
    jobs: int = 1
    tells: str = ""
    check: Callable[[Any], bool] = bool


def scenario(*names: str, **more: Any) -> Case:
    """Return a case of scenarios, with the name of the first."""
    return Case(name=names[0], prompt=" ".join(f"@mock:{name}" for name in names), **more)


def fault(operation: str, times: int | None = None, after: int = 0, **action: Any) -> Any:
    return {"operation": operation, "times": times, "after": after, "action": action}


def refused(status: int, retry_after: str) -> dict[str, Any]:
    return {"status": status, "headers": {"retry-after": retry_after}}


def ranges(ran: Any) -> list[bool]:
    """Whether each download asked for a part, and only of the same file."""
    asked = [one["request"]["headers"] for one in ran.saw("download")]
    return ["range" in headers and "if-range" in headers for headers in asked]


def polled(ran: Any) -> set[str]:
    return {one["path"] for one in ran.saw("poll")}


def hosts(ran: Any) -> set[str]:
    return {one["request"]["headers"]["host"].partition(":")[0] for one in ran.requests}


NOT_A_LIST = fault("list", after=1, status=503)
TWO_NEW = fault("list", after=1, body={"data": [{"job_id": "job_a"}, {"job_id": "job_b"}]})

# Scenarios of different kinds go together, for a start of a client costs more than the rest of its run.
SAVED = [
    Case(name="happy", check=lambda ran: not ran.saw("sign")),
    scenario(
        "submit-lost",
        "poll-429",
        "unknown-fields",
        "download-truncated",
        check=lambda ran: ranges(ran) == [False, True, True],
    ),
    scenario(
        "submit-200",
        "poll-reset",
        "succeeded-word",
        "download-reset",
        check=lambda ran: ranges(ran) == [False, True, True],
    ),
    scenario(
        "submit-500-then-ok",
        "poll-truncated",
        "unknown-status",
        "download-503",
        submits=2,
        check=lambda ran: ranges(ran) == [False, False, False],
    ),
    scenario(
        "poll-not-json",
        "progress-missing",
        "download-redirect",
        faults=[fault("submit", 2, **refused(429, "0"))],
        submits=3,
        check=lambda ran: "localhost" in hosts(ran),
    ),
    scenario(
        "poll-html-502",
        "completed-without-url",
        faults=[fault("submit", 1, status=503, body="busy")],
        submits=2,
        check=lambda ran: len(ran.saw("sign")) == 1,
    ),
    scenario(
        "poll-404-once",
        "download-no-ranges",
        faults=[fault("submit", 1, malformed="body"), fault("download", 1, truncate_bytes=150_000)],
        check=lambda ran: ranges(ran)[:2] == [False, True],
    ),
    scenario(
        "poll-503",
        faults=[fault("submit", 1, **refused(503, "1")), fault("download", 1, status=403)],
        submits=2,
        check=lambda ran: len(ran.saw("sign")) == 1,
    ),
    Case(
        name="another-file",
        faults=[
            fault("submit", 1, reset=True),
            fault("download", 1, truncate_bytes=150_000, headers={"etag": '"another file"'}),
        ],
        check=lambda ran: ran.saw("download")[1]["status"] == 200,
    ),
    Case(
        name="no-list",
        faults=[fault("list", status=404), fault("poll", 1, **refused(429, "99999999999"))],
        seconds=90,
    ),
    # The answer names a job that is elsewhere: it is polled at the API all the same.
    Case(
        name="poll-url-elsewhere",
        faults=[fault("submit", 1, body={"job_id": "{job}", "poll_url": "http://localhost:1/v1"})],
        jobs=2,
        check=lambda ran: polled(ran) == {f"/v1/jobs/{ran.jobs[-1]['job_id']}"},
    ),
    Case(
        name="poll-url-absolute",
        faults=[fault("submit", 1, body={"job_id": "a", "poll_url": "{url}/v1/jobs/{job}"})],
        jobs=2,
        check=lambda ran: polled(ran) == {f"/v1/jobs/{ran.jobs[-1]['job_id']}"},
    ),
    Case(name="old-job", words=["--job", "{job}", "sunrise.mp4"], submits=0),
]

ENDED = [
    Case(
        name="no-folder",
        words=["sunrise", "no/such/sunrise.mp4"],
        submits=0,
        jobs=0,
        tells="not_saved: .*nothing is charged",
    ),
    Case(
        name="submit-429",
        faults=[fault("submit", **refused(429, "1"))],
        submits=5,
        jobs=0,
        tells="rate_limit_exceeded: .*no job was made",
    ),
    scenario("submit-503", submits=5, jobs=0, tells="model_unavailable: .*no job was made"),
    Case(
        name="submit-429-huge",
        faults=[fault("submit", **refused(429, "99999999999"))],
        jobs=0,
        tells="rate_limit_exceeded: .*nothing is charged",
    ),
    Case(
        name="submit-500",
        faults=[fault("submit", status=500)],
        submits=5,
        jobs=0,
        tells="internal_error: .*no job of it is listed",
    ),
    Case(
        name="submit-lost-no-list",
        prompt="@mock:submit-lost",
        faults=[NOT_A_LIST],
        tells="outcome_unknown: .*may have been made and be charged",
    ),
    Case(
        name="submit-lost-two-new",
        prompt="@mock:submit-lost",
        faults=[TWO_NEW],
        tells="outcome_unknown: .*job_a, job_b",
    ),
    Case(
        name="submit-413",
        faults=[fault("submit", status=413)],
        jobs=0,
        tells="request_too_large: .*nothing is charged",
    ),
    Case(
        name="bad-request",
        fields={"resolution": "1080P", "duration": 20},
        jobs=0,
        tells="invalid_request: resolution.*duration: 20.*nothing is charged",
    ),
    Case(name="bad-model", fields={"model": "wan-9"}, jobs=0, tells="model_not_found: .*wan-9"),
    Case(name="no-credit", account="nocredit", jobs=0, tells="insufficient_credits: "),
    Case(name="bad-key", key="sk-empiriolabs", submits=0, jobs=0, tells="invalid_api_key: "),
    Case(
        name="poll-redirect",
        faults=[fault("poll", 1, status=302, headers={"location": "http://localhost:1/"})],
        tells="http_302: .*may be charged",
    ),
    Case(
        name="poll-401",
        faults=[fault("poll", 1, status=401)],
        tells="invalid_api_key: .*may be charged",
    ),
    scenario("fails-moderation", tells="upstream_error: .*DataInspectionFailed.*not charged"),
    scenario("cancelled-by-provider", tells="cancelled: .*not charged"),
    scenario("forgotten-early", tells="job_not_found: .*may be charged"),
    scenario(
        "stuck", seconds=12, tells="deadline_exceeded: .*may yet be charged; go on with --job"
    ),
    scenario("download-expired", tells="download_failed: .*is charged.*403; go on with --job"),
    scenario("download-corrupt", tells="download_failed: .*is charged.*no MP4; go on with --job"),
    scenario("download-wrong-type", tells="download_failed: .*text/html; go on with --job"),
]

MISUSED = [
    Case(name="no-words", words=[]),
    Case(name="no-json", words=["sunrise", "sunrise.mp4", "{"]),
]

all_programs = pytest.mark.parametrize("program", PROGRAMS)


def each(cases: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


@all_programs
@each(SAVED)
def test_the_video_is_saved_and_its_price_told(ran, program: str, case: Case):
    run = ran(program, case)

    assert (run.status, run.err) == (0, [])
    assert re.fullmatch(r"sunrise.mp4: \d+ bytes, 5 s, USD 0.45", run.out[-1])
    assert run.frames == 150


@all_programs
@each(ENDED)
def test_the_end_without_a_video_is_told_in_one_line(ran, program: str, case: Case):
    run = ran(program, case)

    assert (run.status, len(run.err)) == (1, 1)
    assert re.match(case.tells, run.err[0]), run.err[0]
    assert all(job["job_id"] in run.err[0] for job in run.jobs) or "outcome_unknown" in run.err[0]
    assert run.frames is None


@all_programs
@each([*SAVED, *ENDED])
def test_nothing_is_bought_twice(ran, program: str, case: Case):
    run = ran(program, case)

    assert len(run.jobs) == case.jobs
    assert len(run.saw("submit")) - ("{job}" in f"{case.words} {case.faults}") == case.submits
    assert case.check(run), run.requests


@all_programs
@each([*SAVED, *ENDED])
def test_nothing_is_asked_after_the_end_and_nothing_is_left_behind(ran, program: str, case: Case):
    run = ran(program, case)

    polls = [one["answer"]["body"] or "" for one in run.saw("poll") if one["status"] == 200]
    ends = [body for body in polls if re.search(f'"status": ?"({"|".join(TERMINAL)})"', body)]
    assert ends == polls[len(polls) - len(ends) :]
    assert len(ends) <= 1
    assert not [*run.folder.glob("*.part*")]


@all_programs
@each([*SAVED, *ENDED])
def test_the_key_is_sent_in_one_header_and_to_the_api_alone(ran, program: str, case: Case):
    run = ran(program, case)

    for one in run.requests:
        headers = one["request"]["headers"]
        has_key = headers.get("authorization") == "Bearer [redacted]"
        assert has_key == (one["operation"] != "download")
        assert (
            "redacted" not in f"{one['path']} {one['request']['body']} {headers.get('x-api-key')}"
        )


@all_programs
@each(MISUSED)
def test_a_wrong_command_is_told_how_it_goes(ran, program: str, case: Case):
    run = ran(program, case)

    assert (run.status, run.requests) == (2, [])
    assert run.err[0].startswith("usage: ")
    assert len(run.err) == 2


@pytest.mark.parametrize("program", ["java-source"])
@each([Case(name="characters", words=['à l\'aube "☀"', "sunrise.mp4"])])
def test_the_java_client_runs_from_its_source(ran, program: str, case: Case):
    run = ran(program, case)

    assert (run.status, run.frames) == (0, 150)
    assert run.jobs[0]["prompt"] == 'à l\'aube "☀"'


def test_every_error_of_the_contract_is_in_the_readme():
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    assert [code for code in load().api.errors if f"`{code}`" not in text] == []
