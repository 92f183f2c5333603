"""Shell scripts, run as users run them against an emulator that is broken, or not."""

import re
import subprocess
from dataclasses import replace

import pytest

from contracts.exchange import Sent, json_request
from contracts.reports.shell import shell_script
from contracts.script import (
    ETAG,
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Sign,
    Submit,
    Upload,
    Wait,
)
from contracts.specimens.catalogue import specimens
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.contracts.reports.conftest import FIELDS, STARTED, breaks, submitted

SHORT = {**FIELDS, "resolution": "720p", "audio": False}


@pytest.fixture(scope="module")
def url():
    """The root of an emulator that listens."""
    with ThreadServer(create_app(Settings())) as server:
        yield server.url


@pytest.fixture
def source(contract):
    """Return a function that gives the script that carries out steps."""

    def make(*steps, started=STARTED, **more):
        return shell_script(breaks("JOB-FORWARD", [submitted()], *steps, **more), started, contract)

    return make


@pytest.fixture
def run(tool, tmp_path, source, url):
    """Return a function that runs the script of steps at the emulator and gives what it prints."""

    def run(*steps, text=None):
        path = tmp_path / "replay-1.sh"
        path.write_text(text or source(*steps))
        tool("curl")
        tool("jq")
        ended = subprocess.run(
            [tool("sh"), path],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "EMPIRIOLABS_BASE_URL": url},
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
        return ended.returncode, ended.stdout, ended.stderr

    return run


def statuses(text):
    return [int(status) for status in re.findall(r"^   (\d{3})  ", text, re.MULTILINE)]


def test_job_is_bound_and_followed_in_moved_time(run):
    code, text, _ = run(
        Submit(fields=SHORT),
        OnJob(operation="job"),
        Wait(seconds=60),
        OnJob(operation="job"),
        OnJob(operation="job", key="other"),
        OnJob(operation="cancel", key=None),
    )

    assert (code, statuses(text)) == (0, [202, 200, 200, 404, 401])
    assert '"status":"queued"' in text
    assert '"status":"completed"' in text
    assert "3. wait 60 s" in text


def test_following_ends_with_the_job(run):
    code, text, _ = run(Submit(fields=SHORT), Follow(seconds=1), Call(sent_list()))

    assert code == 0
    assert '"status":"completed"' in text
    assert 2 < len(statuses(text)) < 10


def test_following_gives_up_in_time(run):
    assert statuses(run(Submit(fields=SHORT), Follow(seconds=0.1, most=3))[1]) == [202] + [200] * 3


def sent_list(**more):
    return Sent(operation="list", method="GET", target="/v1/jobs?limit=1", **more)


def test_video_is_downloaded_beside_the_script(run, tmp_path):
    code, text, errors = run(
        Submit(fields=SHORT),
        Follow(),
        Download(),
        Download(method="HEAD"),
        Download(headers=(("range", "bytes=0-9"),)),
        Download(spoil=("sig=", "sig=0")),
        Download(spoil=("no such text", "x")),
    )

    assert (code, errors) == (0, "")
    assert statuses(text)[-5:] == [200, 200, 206, 403, 200]
    assert (tmp_path / "replay-1.mp4").read_bytes()[4:8] == b"ftyp"


def test_tag_of_the_video_is_sent_back(run):
    code, text, errors = run(
        Submit(fields=SHORT),
        Follow(),
        Download(headers=(("if-none-match", ETAG),)),
        Download(headers=(("if-none-match", f'"x", {ETAG}'),)),
        Download(headers=(("range", "bytes=0-9"), ("if-range", ETAG))),
        Download(headers=(("range", "bytes=0-9"), ("if-range", f"W/{ETAG}"))),
    )

    assert (code, errors) == (0, "")
    assert statuses(text)[-4:] == [200, 304, 206, 200]


def test_submission_that_is_sent_as_it_is_names_its_job(run):
    sent = json_request("submit", "POST", "/v1/videos/generations", SHORT, key_header="x-api-key")
    cancel = OnJob(operation="cancel", job="first", body=b'"x"', headers=(("content-type", "a/b"),))
    code, text, _ = run(Call(sent, job="first"), cancel)

    assert (code, statuses(text)) == (0, [202, 200])
    assert '"status":"cancelled"' in text


def test_bytes_that_are_no_text_arrive(run):
    sent = Sent(
        operation="submit",
        method="POST",
        target="/v1/videos/generations",
        headers=(("content-type", "application/json"),),
        body=b'{"a": "\xff\x00"}',
    )

    assert statuses(run(Call(sent))[1]) == [400]


def test_step_about_a_job_that_there_is_not_ends_the_script(run):
    code, text, errors = run(Submit(fields={"model": "wan-0"}), OnJob(operation="job"))

    assert code != 0
    assert len(statuses(text)) == 1
    assert "there is no job: its submission was not accepted" in errors


def test_answer_that_never_comes_does_not_end_the_script(run, source):
    text = source(Call(sent_list()), Call(sent_list()))
    elsewhere = text.replace('ask "$BASE', 'ask "http://127.0.0.1:1', 1)

    code, told, errors = run(text=elsewhere)

    assert (code, statuses(told)) == (0, [0, 200])
    assert "curl: (7)" in errors


def test_text_of_others_is_only_shown(run, source):
    fields = {"prompt": "'; exit 7; echo '\n$(exit 8)`exit 9`\\n\x1b"}
    code, text, _ = run(text=source(Submit(fields=fields)))

    assert code == 0
    assert "exit 7" in text
    assert "\x1b" not in text


def test_live_script_waits_and_asks_for_the_key(source, run):
    live = replace(STARTED, is_emulator=False)
    text = source(Wait(seconds=0.5), started=live)

    assert 'pass() { sleep "$1"; }' in text
    assert "/_mock" not in text
    assert "EMPIRIOLABS_API_KEY: is the key to replay with" in run(text=text)[2]


def test_application_of_this_process_needs_a_url(source):
    assert "${EMPIRIOLABS_BASE_URL:?" in source(started=replace(STARTED, target="app"))


def test_script_says_what_it_shows(source):
    text = source(Call(sent_list()), is_reproduced=False, pointer="/status")

    assert text.splitlines()[1:5] == [
        "# JOB-FORWARD (inferred): POST /v1/videos/generations broke the contract at /status.",
        '#   expected  "processing"',
        '#   received  "queued"',
        "# Not reproduced: it was seen once, and did not show again.",
    ]


def test_key_with_a_label_is_that_of_its_account(source):
    assert 'Bearer $MAIN_KEY"' in source(Call(sent_list(key="main.label")))


def test_uploads_and_fresh_urls_are_used_by_their_names(run, contract):
    (picture, *_) = specimens(contract.models["wan-2-6"].media)
    upload = Upload(content=picture.content, name=picture.name, content_type=picture.content_type)
    code, text, errors = run(
        upload,
        Download(job="file"),
        Submit(fields=SHORT, files={"image": "file"}),
        Follow(),
        Submit(fields=SHORT, files={"reference_images": "file"}, job="second"),
        Follow(job="second", key=None),
        Sign(),
        Download(signed=True),
        Sign(of="file", key="other"),
        Sign(of="file", key=None),
        Call(sent_list()),
    )

    assert (code, errors) == (0, "")
    told = statuses(text)
    assert told[:3] == [200, 200, 202]
    assert told[-7:] == [202, 401, 200, 200, 404, 401, 200]
    assert '"status":"completed"' in text


def test_account_is_set_as_the_step_says(run):
    terms = Control(method="PATCH", path="/_mock/account", fields={"balance": 0})
    keyless = Submit(fields=SHORT, files={"image": "file"}, key=None)
    upload = Upload(content=b"abc", name="a.png", content_type="image/png", key=None)
    code, text, _ = run(terms, Submit(fields=SHORT), upload, keyless)

    assert statuses(text) == [402, 401]
    assert code != 0
