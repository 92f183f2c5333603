"""What a client sends: bodies, content types and keys."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.conformance.case import Finding
from contracts.conformance.entry import KEY_HEADERS, POLL, REDACTED, Entry
from contracts.conformance.trial import Trial
from contracts.verdict import show

SIGNATURE = re.compile(r"sig=[^&]*")
JSON = "application/json"
API = "/v1/"
SUBMITTED = "a POST to /v1/videos/generations"


def sends_what_was_asked(trial: Trial) -> Iterator[Finding]:
    """Every field of the request arrives with the value that it was given."""
    if not trial.submits:
        yield Finding(expected=SUBMITTED, received="no such request")
        return
    sent = trial.submits[0].fields
    if not isinstance(sent, Mapping):
        received = f"{trial.submits[0].body!r}"
        yield Finding(expected="a JSON object for a body", received=received)
        return
    for name, value in trial.request.items():
        if not _is_same(sent.get(name), value):
            received = f"{name} {show(sent[name])}" if name in sent else f"no {name}"
            yield Finding(expected=f"{name} {show(value)}", received=received)


def _is_same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def sends_nothing_else(trial: Trial) -> Iterator[Finding]:
    """The first submission has no field that was not asked for."""
    sent = trial.submits[0].fields if trial.submits else None
    more = sorted(set(sent) - set(trial.request)) if isinstance(sent, Mapping) else []
    if more:
        expected = f"{', '.join(trial.request)} and nothing else"
        yield Finding(expected=expected, received=f"besides, {', '.join(more)}")


def says_json(trial: Trial) -> Iterator[Finding]:
    """Every submission says that its body is JSON."""
    for entry in trial.submits:
        told = entry.headers.get("content-type", "")
        if told.partition(";")[0].strip().lower() != JSON:
            received = told or "no content type"
            yield Finding(expected=f"content-type {JSON}", received=received)
            return


def sends_its_key(trial: Trial) -> Iterator[Finding]:
    """Every request to the API has the key, as Authorization: Bearer or as x-api-key."""
    for entry in trial.entries:
        if entry.path.startswith(API) and not _is_keyed(entry):
            received = entry.headers.get("authorization", "no key")
            yield Finding(
                expected="Authorization: Bearer and the key, or x-api-key and the key",
                received=f"{received}, with {entry.method} {entry.path}",
            )
            return


def _is_keyed(entry: Entry) -> bool:
    bearer = entry.headers.get("authorization", "").startswith(f"Bearer {REDACTED}")
    return bearer or entry.headers.get("x-api-key") == REDACTED


def keeps_its_key_out(trial: Trial) -> Iterator[Finding]:
    """The key stands in no URL, no body and no other header."""
    for entry in trial.entries:
        query = SIGNATURE.sub("", entry.query)
        others = [name for name in entry.headers if name not in KEY_HEADERS]
        places = {
            "the URL": REDACTED in f"{entry.path}{query}",
            "the body": REDACTED in (entry.body or ""),
            **{f"the header {name}": REDACTED in entry.headers[name] for name in others},
        }
        for place, has_key in places.items():
            if has_key:
                expected = "the key in Authorization or x-api-key alone"
                received = f"the key in {place} of {entry.method} {entry.path}"
                yield Finding(expected=expected, received=received)
                return


def keeps_its_key_from_the_video(trial: Trial) -> Iterator[Finding]:
    """The host of videos gets no key: its URLs are signed, and it may be anybody's."""
    for entry in trial.of("download"):
        if entry.has_key:
            received = f"{entry.method} {entry.path} at {entry.host} with a key"
            yield Finding(expected="no key with a download", received=received)
            return


def keeps_its_key_at_home(trial: Trial) -> Iterator[Finding]:
    """No other host than that of the API gets the key."""
    own = trial.url.partition("://")[2]
    for entry in trial.entries:
        if entry.has_key and entry.host not in {own, ""}:  # HTTP/1.0 names no host
            received = f"{entry.method} {entry.path} at {entry.host} with the key"
            yield Finding(expected=f"the key at {own} alone", received=received)
            return


def follows_its_poll_url(trial: Trial) -> Iterator[Finding]:
    """What is polled is there: poll_url is put together with the host of the API, and with nothing else."""
    for entry in trial.entries:
        if entry.operation is None:
            received = f"{entry.method} {entry.path}, which is nothing of the API"
            yield Finding(expected="polls of the poll_url", received=received)
            return
    if not trial.of(POLL):
        yield Finding(expected="polls of the poll_url", received="no poll")
