"""Clients that give their job up, or do not find it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client


class _Fragile(Client):
    """Gives up at an answer of some kind."""

    def poll(self) -> Answer:
        answer = super().poll()
        if self.breaks(answer):
            raise self.stop("error", "poll", f"the poll failed: {answer.status} {answer.trouble}")
        return answer

    breaks: Callable[[Answer], bool]


class _At503(_Fragile):
    """It gives up at a poll that is 503."""

    name = "gives-up-at-503-poll"
    case = "poll-503"

    def breaks(self, answer: Answer) -> bool:
        return answer.status == 503


class _At429(_Fragile):
    """It gives up at a poll that is 429."""

    name = "gives-up-at-429-poll"
    case = "poll-429"

    def breaks(self, answer: Answer) -> bool:
        return answer.status == 429


class _AtReset(_Fragile):
    """It gives up at a poll that is reset."""

    name = "gives-up-at-reset"
    case = "poll-reset"
    seen = "https://github.com/ffroliva/gflow-cli/issues/895"

    def breaks(self, answer: Answer) -> bool:
        return "Reset" in answer.trouble


class _AtCut(_Fragile):
    """It gives up at a poll that breaks off."""

    name = "gives-up-at-a-cut"
    case = "poll-cut"

    def breaks(self, answer: Answer) -> bool:
        return "missing" in answer.trouble


class _AtHtml(_Fragile):
    """It gives up at a page of a gateway."""

    name = "gives-up-at-html"
    case = "poll-html"

    def breaks(self, answer: Answer) -> bool:
        return answer.status == 502


class _AtGarbage(_Fragile):
    """It gives up at an answer that is no JSON."""

    name = "gives-up-at-no-json"
    case = "poll-not-json"

    def breaks(self, answer: Answer) -> bool:
        return answer.status == 200 and answer.json is None


class _AtSlowness(_Fragile):
    """It gives up at a poll of more than a second."""

    name = "a-second-of-patience"
    case = "poll-slow"

    def breaks(self, answer: Answer) -> bool:
        return "imeout" in answer.trouble or "timed out" in answer.trouble

    def follow(self) -> Mapping[str, Any]:
        self.wire = Wire(seconds=1.0)
        return super().follow()


class _At404(_Fragile):
    """It gives up at the first 404."""

    name = "gives-up-at-404"
    case = "poll-404-once"

    def breaks(self, answer: Answer) -> bool:
        return answer.status == 404


class _Rebuying(Client):
    """It has a job made anew that is 404."""

    name = "buys-again-when-forgotten"
    case = "poll-forgotten"
    seen = "https://github.com/kodelyx/flow-agent/issues/4"

    def follow(self) -> Mapping[str, Any]:
        try:
            return super().follow()
        except Stop:
            self.submit()
            return super().follow()


class _Concatenating(Client):
    """It adds poll_url to a base that ends in /v1."""

    name = "joins-by-adding"
    case = "poll-url-relative"
    seen = "https://github.com/BerriAI/litellm/issues/17512"

    def joined(self, poll_url: str) -> str:
        return (
            self.base.rstrip("/") + poll_url
            if poll_url.startswith("/")
            else super().joined(poll_url)
        )


class _Pathlike(Client):
    """It takes every poll_url for a path."""

    name = "paths-only"
    case = "poll-url-absolute"

    def joined(self, poll_url: str) -> str:
        if poll_url.startswith("http"):
            return f"{self.base}{poll_url}"
        return super().joined(poll_url)


class _Anywhere(Client):
    """It sends its key wherever poll_url leads."""

    name = "key-to-any-host"
    case = "poll-url-elsewhere"

    def joined(self, poll_url: str) -> str:
        return urljoin(self.base, poll_url)
