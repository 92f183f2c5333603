"""What clients come for. An errand yields asks, is sent their answers, and makes one job.

Nothing here is told the time or the network: what is asked follows from the chance alone.
"""

from collections.abc import Callable, Generator
from random import Random
from typing import Any

from benchmarks.servers import ROOT
from benchmarks.soak import mistakes
from benchmarks.soak.asks import BROKEN, Account, Answer, Ask, download, struck

Errand = Generator[Ask, Answer, None]
Asking = Generator[Ask, Answer, str]

LIFECYCLES = (
    "fails-moderation", "fails-upstream", "fails-at-99", "fails-timeout", "cancelled-by-provider",
    "succeeded-word", "unknown-status", "unknown-fields", "completed-without-url", "progress-missing",
)  # fmt: skip
# What polls 2 to 4 of a job are answered; those that are late would hold up whoever comes next.
POLLS = {
    "poll-429": 429, "poll-503": 503, "poll-reset": BROKEN, "poll-truncated": BROKEN,
    "poll-not-json": 200, "poll-html-502": 502,
}  # fmt: skip
# What the first submission of a prompt is answered.
SUBMISSIONS = {
    "submit-429": 429, "submit-503": 503, "submit-500-then-ok": 500, "submit-lost": BROKEN,
}  # fmt: skip
# What the first two downloads are answered, and those behind them.
DOWNLOADS = {
    "download-expired": (403, 403), "download-503": (503, 200), "download-truncated": (BROKEN, 200),
    "download-reset": (BROKEN, 200), "download-redirect": (302, 302), "download-no-ranges": (200, 200),
    "download-corrupt": (200, 200), "download-wrong-type": (200, 200),
}  # fmt: skip
ACTIONS: tuple[tuple[dict[str, Any], int], ...] = (
    ({"status": 429, "headers": {"Retry-After": "1"}}, 429),
    ({"status": 503}, 503),
    ({"reset": True}, BROKEN),
    ({"drop": True}, BROKEN),
    ({"truncate_bytes": 40}, BROKEN),
    ({"malformed": "body"}, 200),
    ({"delay_seconds": 0.1}, 200),
)
PHOTO = (ROOT / "fixtures/samples/photo.jpg").read_bytes()
PICTURE = "https://example.com/a.png"  # is taken on trust


def submission(chance: Random, scenario: str | None = None) -> dict[str, Any]:
    """Return the body of a submission of any mode; its prompt is like no other."""
    prompt = f"sunrise over the ocean, take {chance.getrandbits(48):x}"
    body: dict[str, Any] = {
        "model": "wan-2-6",
        "prompt": prompt if scenario is None else f"{prompt} @mock:{scenario}",
        "duration": chance.choice((5, 6, 8, 10)),
        "resolution": chance.choice(("720p", "1080p")),
    }
    mode = chance.choice(("auto", "t2v", "i2v", "r2v"))
    if mode in {"i2v", "r2v"}:
        body |= {"mode": mode, "image": PICTURE, "flash_mode": chance.random() < 0.5}
    return body


def plain(chance: Random, account: Account) -> Errand:
    """Submit, and look at the job a few times."""
    job_id = yield from _submitted(account, submission(chance))
    for _ in range(chance.randint(1, 4)):
        yield account.poll(job_id)


def watched(chance: Random, account: Account) -> Errand:
    """Look around in the account besides."""
    job_id = yield from _submitted(account, submission(chance))
    yield account.poll(job_id)
    pages = ("/v1/jobs?limit=20", "/v1/account/usage?limit=20", "/v1/models", "/v1/models/wan-2-6")
    yield account.ask("GET", chance.choice(pages))


def cancelled(chance: Random, account: Account) -> Errand:
    """Cancel a job that would never end."""
    job_id = yield from _submitted(account, submission(chance, "stuck"))
    yield account.poll(job_id)
    yield account.cancel(job_id)
    yield account.poll(job_id)


def surprised(chance: Random, account: Account) -> Errand:
    """Meet a job that does not go as usual."""
    job_id = yield from _submitted(account, submission(chance, chance.choice(LIFECYCLES)))
    yield account.poll(job_id)
    yield account.finish(job_id)
    yield account.poll(job_id)


def hindered(chance: Random, account: Account) -> Errand:
    """Have polls go wrong as a scenario has it."""
    name, status = chance.choice([*POLLS.items()])
    job_id = yield from _submitted(account, submission(chance, name))
    yield account.poll(job_id)
    for _ in range(3):
        yield struck(account.poll(job_id), status)
    yield account.poll(job_id)


def refused(chance: Random, account: Account) -> Errand:
    """Be refused as a scenario has it, and come again without."""
    name, status = chance.choice([*SUBMISSIONS.items()])
    if name != "submit-lost":  # which makes a job
        yield struck(account.submit(submission(chance, name)), status)
        yield from plain(chance, account)
        return
    yield struck(account.submit(submission(chance, name)), status)
    yield account.ask("GET", "/v1/jobs?limit=1")


def faulted(chance: Random, account: Account) -> Errand:
    """Post a fault that strikes polls, meet it, and take it away."""
    job_id = yield from _submitted(account, submission(chance))
    action, status = chance.choice(ACTIONS)
    fault = yield account.fault("poll", action)
    yield struck(account.poll(job_id), status)
    yield account.poll(job_id)
    yield account.ask("DELETE", f"/_mock/faults/{fault.json['id']}", status=204)


def downloaded(chance: Random, account: Account) -> Errand:
    """Fetch the video, the whole of it or a part."""
    url = yield from _finished(account, submission(chance))
    yield download(url)
    yield download(url, status=206, headers=("Range: bytes=1000-1999",))


def mislaid(chance: Random, account: Account) -> Errand:
    """Fetch the video where a scenario is in the way."""
    name, (first, last) = chance.choice([*DOWNLOADS.items()])
    url = yield from _finished(account, submission(chance, name))
    for status in (first, first, last):
        yield struck(download(url), status)


def mistaken(chance: Random, account: Account) -> Errand:
    """Send something wrong first."""
    yield chance.choice(mistakes.OF)(account, submission(chance))
    yield from plain(chance, account)


def controlled(chance: Random, account: Account) -> Errand:
    """Look at the job, the journal and the account as a test does."""
    job_id = yield from _submitted(account, submission(chance))
    yield account.poll(job_id)
    yield account.ask("GET", f"/_mock/jobs/{job_id}")
    pages = ("/_mock/account", "/_mock/faults", "/_mock/clock", "/_mock/requests?limit=10")
    yield account.ask("GET", chance.choice(pages))
    yield account.ask("POST", "/_mock/quote", submission(chance))


def uploaded(chance: Random, account: Account) -> Errand:
    """Send a picture, and have it animated."""
    sent = yield account.upload("photo.jpg", PHOTO)
    body = submission(chance) | {"mode": "i2v", "image": sent.json["path"]}
    job_id = yield from _submitted(account, body)
    yield account.poll(job_id)
    yield account.ask("GET", f"/v1/files/sign?file_id={sent.json['id']}")


def _submitted(account: Account, body: object) -> Asking:
    answer = yield account.submit(body)
    return str(answer.json["job_id"])


def _finished(account: Account, body: object) -> Asking:
    job_id = yield from _submitted(account, body)
    yield account.finish(job_id)
    shown = yield account.poll(job_id)
    return str(shown.json["result"]["data"][0]["url"])


# Of a thousand errands, so many: the usual first, what costs a video or a file seldom.
SHARES: dict[Callable[[Random, Account], Errand], int] = {
    plain: 640, watched: 90, cancelled: 50, surprised: 50, hindered: 40, refused: 40,
    faulted: 30, mistaken: 30, controlled: 20, downloaded: 5, mislaid: 3, uploaded: 2,
}  # fmt: skip
HARMLESS = (plain, watched)  # where several share an account


def drawn(chance: Random, account: Account) -> Errand:
    """Return any errand, each as often as its share says."""
    (chosen,) = chance.choices([*SHARES], [*SHARES.values()])
    return chosen(chance, account)


def harmless(chance: Random, account: Account) -> Errand:
    """Return an errand that gets in nobody's way in the same account."""
    return chance.choice(HARMLESS)(chance, account)
