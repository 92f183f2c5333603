"""What lies on the disk, and how it got there."""

from collections.abc import Iterator

from contracts.conformance.case import Finding
from contracts.conformance.entry import SIGN, Entry
from contracts.conformance.trial import Trial


def never_partial(trial: Trial) -> Iterator[Finding]:
    """Under the name that was asked for there is nothing, or the whole video, at any time."""
    whole = None if trial.video is None else len(trial.video)
    partial = [size for size in trial.ran.glimpses if size != whole]
    if partial:
        expected = "nothing under the name of the video until all of it is there"
        received = f"a file of {partial[0]} bytes while it was being written"
        yield Finding(expected=expected, received=received)


def downloads_once(trial: Trial) -> Iterator[Finding]:
    """A video that comes whole is not fetched again."""
    whole = [entry for entry in trial.downloads if entry.status == 200 and not _is_ranged(entry)]
    if len(whole) > 1:
        yield Finding(expected="one download", received=f"{len(whole)} of the whole video")


def _is_ranged(entry: Entry) -> bool:
    return "range" in entry.headers


def resumes(trial: Trial) -> Iterator[Finding]:
    """What was fetched before a connection broke is not fetched again: Range and If-Range ask for the rest."""
    again = trial.downloads[1:]
    if again and not any("range" in entry.headers for entry in again):
        expected = "Range and If-Range for what is missing"
        yield Finding(expected=expected, received=f"{len(again)} more of the whole video")


def never_mixes(trial: Trial) -> Iterator[Finding]:
    """The rest of a file is asked for with If-Range, so that the rest of another file does not come for it."""
    rest = [entry for entry in trial.downloads[1:] if _is_ranged(entry)]
    last = trial.downloads[-1:]
    if rest and rest[-1:] == last and "if-range" not in rest[-1].headers:
        received = f"Range: {rest[-1].headers['range']} without If-Range"
        yield Finding(expected="Range with If-Range, or the whole file", received=received)


def refusal_met_a_head(trial: Trial) -> str | None:
    """Return what tells that the URL was refused to a HEAD, so that the file itself never was."""
    if trial.downloads and all(entry.status != 403 for entry in trial.downloads):
        return "the refusal met a HEAD; there was no need of a fresh URL"
    return None


def asks_for_a_fresh_url(trial: Trial) -> Iterator[Finding]:
    """A URL that is refused is replaced: the job is polled anew, or its file is signed anew."""
    if refusal_met_a_head(trial):
        return
    refused = [entry for entry in trial.downloads if entry.status == 403]
    after = [
        entry for entry in (*trial.polls, *trial.of(SIGN)) if refused and entry.at > refused[0].at
    ]
    if not after:
        expected = "a poll of the job, or GET /v1/files/sign, for a URL that works"
        yield Finding(expected=expected, received="neither")
