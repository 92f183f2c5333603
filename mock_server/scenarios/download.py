"""The download scenarios: a finished video that is hard to get."""

from mock_server.actions import Action
from mock_server.scenarios.scenario import Kind, Scenario, Strike

LOGIN = b"""<!doctype html>
<html>
<head><title>Sign in</title></head>
<body><h1>Sign in to this network</h1></body>
</html>
"""
# A clip of 5 s in 1080p, the default, has about 400 kB.
SLOW_BYTES_PER_SECOND = 40_000
OF_THE_FILE = dict.fromkeys(
    ("accept-ranges", "content-disposition", "content-range", "etag", "last-modified")
)


def _strike(action: Action, *, last: int | None = None) -> Strike:
    return Strike(operation="download", last=last, action=action)


SCENARIOS = (
    Scenario(
        name="download-expired",
        kind=Kind.DOWNLOAD,
        text="The URL of the video is always 403 url_expired.",
        reason="Output URLs are signed and hold for 7 days only; a client that keeps the URL and not the file has nothing then, and GET /v1/files/sign gives a fresh one.",
        strike=_strike(Action(status=403, code="url_expired")),
    ),
    Scenario(
        name="download-503",
        kind=Kind.DOWNLOAD,
        text="The first two GETs of the video are 503 model_unavailable.",
        reason="A client made a new paid video for every failed download, 65 times (flow-agent 4); the file is there and only wants to be fetched again.",
        strike=_strike(Action(status=503), last=2),
    ),
    Scenario(
        name="download-truncated",
        kind=Kind.DOWNLOAD,
        text="The first two GETs of the video end after half of the bytes, fewer than Content-Length says.",
        reason="A short read that nobody notices leaves half a video under the name of a whole one (Windup 129).",
        strike=_strike(Action(is_halved=True), last=2),
    ),
    Scenario(
        name="download-reset",
        kind=Kind.DOWNLOAD,
        text="The first two GETs of the video end in a TCP reset after half of the bytes.",
        reason="A finished and paid video was thrown away for one reset connection (gflow-cli 895); a Range request fetches the rest.",
        strike=_strike(Action(reset="body"), last=2),
    ),
    Scenario(
        name="download-slow",
        kind=Kind.DOWNLOAD,
        text="The first two GETs of the video come at 40 kB a second, about 10 seconds for a usual clip.",
        reason="A timeout over the whole download, made for a fast line, ends a download that was making progress; one between two pieces does not.",
        strike=_strike(Action(drip_bytes_per_second=SLOW_BYTES_PER_SECOND), last=2),
    ),
    Scenario(
        name="download-redirect",
        kind=Kind.DOWNLOAD,
        text="The URL of the video is always 302 to another name of the same host, which serves it.",
        reason="A CDN may send its clients elsewhere; not all follow, and some hand the API key to a host that it is not for.",
        strike=_strike(Action(redirects=True)),
    ),
    Scenario(
        name="download-no-ranges",
        kind=Kind.DOWNLOAD,
        text="The video is always sent whole with 200, whatever Range asks for, and without Accept-Ranges.",
        reason="HTTP lets a server ignore Range (RFC 9110, 14.2); who appends such an answer to what is there already has a broken file that is too long.",
        strike=_strike(Action(ignores_range=True, headers={"accept-ranges": None})),
    ),
    Scenario(
        name="download-corrupt",
        kind=Kind.DOWNLOAD,
        text="The video always has the right length, but one byte in 37 is another.",
        reason="Neither status nor length tell that a file is good; only who opens it knows that there is a video in it (OUT-FORMAT).",
        strike=_strike(Action(corrupts=True)),
    ),
    Scenario(
        name="download-wrong-type",
        kind=Kind.DOWNLOAD,
        text="The URL of the video is always 200 with text/html: a page in place of the video.",
        reason="A network's sign-in page comes with 200 too; a client that looks at the status alone saves the page as its .mp4.",
        strike=_strike(
            Action(
                status=200,
                body=LOGIN,
                headers={**OF_THE_FILE, "content-type": "text/html"},
                ignores_range=True,
            )
        ),
    ),
)
