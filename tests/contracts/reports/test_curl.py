"""Curl lines: what a shell makes of them is the request that was sent."""

import subprocess

import pytest

from contracts.exchange import Exchange, Sent
from contracts.reports.curl import arguments, curl_line, key_variable, printed, url_word
from contracts.script import Call, Download, OnJob, Submit
from tests.contracts.reports.conftest import FIELDS, JOB_ID, breaks, polled, submitted

URL = "http://127.0.0.1:8026"


def line(sent, target=URL, *before, step=None):
    history = [*before, Exchange(sent=sent, answer=None)]
    steps = [Submit(fields=FIELDS)] * bool(before)
    return curl_line(breaks("JOB-FORWARD", history, *steps, step or Call(sent)), target)


def get(target="/v1/jobs", **more):
    return Sent(operation="list", method="GET", target=target, **more)


def post(body, **more):
    more = {"headers": (("content-type", "application/json"),)} | more
    return Sent(operation="submit", method="POST", target="/v1/x", body=body, **more)


def test_key_is_a_variable_of_the_environment():
    assert line(get()) == (
        'curl -sS "http://127.0.0.1:8026/v1/jobs" -H "authorization: Bearer $EMPIRIOLABS_API_KEY"'
    )
    assert "authorization" not in line(get(key=None))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("main", "EMPIRIOLABS_API_KEY"),
        ("main.a-label", "EMPIRIOLABS_API_KEY"),
        ("other", "EMPIRIOLABS_OTHER_API_KEY"),
    ],
)
def test_every_key_has_a_variable(name, expected):
    assert key_variable(name) == expected


def test_job_is_a_variable():
    poll = polled("queued").sent

    assert f'"{URL}/v1/jobs/${{JOB}}"' in line(poll, URL, submitted(), step=OnJob(operation="job"))


def test_video_is_a_variable():
    sent = Sent(operation="download", method="HEAD", target="/media/a.mp4", key=None)
    before = (submitted(), polled("completed"))
    broken = breaks(
        "OUT-URL",
        [*before, Exchange(sent=sent, answer=None)],
        Submit(fields=FIELDS),
        OnJob(operation="job"),
        Download(method="HEAD"),
    )

    assert curl_line(broken, URL) == 'curl -sS --head "$VIDEO"'


def test_application_of_this_process_has_no_url():
    assert '"$EMPIRIOLABS_BASE_URL/v1/jobs"' in line(get(), "app")


def test_url_elsewhere_stays_as_it_is():
    assert " 'https://cdn.example/a b' " in f"{line(get('https://cdn.example/a b', key=None))} "


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (get("/v1/jobs?x[]={a}"), "--globoff"),
        (get("/v1/../jobs"), "--path-as-is"),
        (get(body=b"{}"), "-X GET"),
        (post(b"{}"), "-X POST"),
        (post(b"{}", headers=()), "-H 'content-type:'"),
        (get(headers=(("range", "bytes=0-9"),)), "-H 'range: bytes=0-9'"),
        (get(headers=(("accept", ""),)), "-H 'accept;'"),
    ],
)
def test_nothing_is_left_to_what_curl_does_by_itself(sent, expected):
    assert f" {expected} " in f"{line(sent)} "


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "it\'s $HOME `x` \\n \\" !"}',
        "{'é': 1}".encode(),
        b"@/etc/hostname",
        b"",
        b"\xff\x00\xfe",
        b"\x1b[31m",
        b"x" * 60_000,
    ],
)
def test_shell_hands_on_the_very_body(tool, tmp_path, body):
    """With a curl that only writes down what it is given."""
    sent = post(body)
    (tmp_path / "curl").write_text(
        '#!/bin/sh\nfor last; do :; done; [ "$last" = @- ] && exec cat; printf %s "$last"\n'
    )
    (tmp_path / "curl").chmod(0o755)
    (tmp_path / "lines").write_text(line(sent))
    ended = subprocess.run(
        [tool("sh"), tmp_path / "lines"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )

    assert ended.stdout == body


def test_url_is_one_word_whatever_is_in_it(tool):
    word = url_word(URL, '/v1/jobs?a=$HOME`id`"\\', {})
    ended = subprocess.run(
        [tool("sh"), "-c", f"printf %s {word}"], check=True, capture_output=True, text=True
    )

    assert ended.stdout == URL + '/v1/jobs?a=$HOME`id`"\\'


def test_ids_are_replaced_by_their_names():
    assert url_word("$BASE", f"/v1/jobs/{JOB_ID}/cancel", {"job-2": JOB_ID}) == (
        '"$BASE/v1/jobs/${JOB_2}/cancel"'
    )


def test_body_that_is_no_text_comes_from_a_file():
    assert printed(b"\xff") == "printf '\\377'"
    assert '--data-binary @"$BODY"' in arguments(post(b"\xff"), "URL", None, data='"$BODY"')
