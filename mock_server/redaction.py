"""What nobody shall read who was not told it: keys, the control token and the signatures of URLs, taken out of text."""

import re
from functools import cached_property
from typing import Any

from mock_server.admission import TOKEN_HEADER
from mock_server.keys import KEY_HEADERS
from mock_server.signing import SIGNATURE

REDACTED = "[redacted]"
SHORTEST_TOKEN = 6  # a shorter one is part of too many words
SCHEMES = frozenset({"bearer", "basic", "digest"})

# Credentials of the emulator, and those that a browser or a proxy may add.
SECRET_HEADERS = frozenset(
    {name.decode() for name in (*KEY_HEADERS, TOKEN_HEADER)}
    | {"cookie", "set-cookie", "proxy-authorization"}
)
# Words for credentials in the names of headers; those of one that only repeats a request are none.
_SECRET_NAME = re.compile(
    r"(?:^|[-_])(?:api-?key|key|token|secret|signature|password|auth|authorization)$"
)
NO_SECRETS = frozenset({"idempotency-key", "sec-websocket-key"})
# What presigned URLs of the usual clouds, and other APIs, have for credentials in their queries.
_PARAMETERS = (
    "x-(?:amz|goog|oss|cos)-(?:signature|security-token|credential)|signature|access_token|auth_token"
    "|token|api[-_]?key|key|password|secret"
)
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}"
_KEY_END = rf"(?:[A-Za-z0-9._-]|{_ESCAPED})+"
_SIGNATURE_END = r"""(?:(?!%26|\\u0026)(?:[^&"'\s<>\\]|\\u00[0-9A-Fa-f]{2}))+"""


class Redaction:
    r"""Takes out every key that begins with *prefix*, the control *token*, the signatures of URLs, and what others call so.

    They are found also where they are spelled as in a URL (``%2D``) or in JSON (``\u002d``).
    """

    def __init__(self, prefix: str, token: str | None) -> None:
        """Know what secrets look like."""
        self._prefix = prefix
        self._token = token

    def text(self, text: str) -> str:
        """Return *text* without secrets."""
        text = _without(self._signature, self.keys(text))
        for secret in self._foreign_secrets:
            text = secret.sub(rf"\g<1>{REDACTED}", text)
        return text

    def keys(self, text: str) -> str:
        """Return *text* without keys and token; signed URLs stay good."""
        text = _without(self._key, text)
        return text if self._token_pattern is None else _without(self._token_pattern, text)

    def header(self, name: str, value: str) -> str:
        """Return the value of the header *name* without secrets: of one that is for credentials, nothing but its scheme."""
        is_secret = _SECRET_NAME.search(name) is not None and name not in NO_SECRETS
        if name not in SECRET_HEADERS and not is_secret:
            return self.text(value)
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {REDACTED}" if space and scheme.lower() in SCHEMES else REDACTED

    def value(self, value: Any) -> Any:
        """Return the JSON *value* with every string in it without secrets; only what is a ``url`` stays good."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.value(item) for item in value]
            case dict():
                return {
                    name: self.keys(item)
                    if name == "url" and isinstance(item, str)
                    else self.value(item)
                    for name, item in value.items()
                }
            case _:
                return value

    # Patterns are compiled when something is first shown, which is long after the start.

    @cached_property
    def _key(self) -> re.Pattern[str]:
        return re.compile(f"({_spelled(self._prefix)}){_KEY_END}")

    @cached_property
    def _signature(self) -> re.Pattern[str]:
        return re.compile(f"({_spelled(f'{SIGNATURE}=')}){_SIGNATURE_END}")

    @cached_property
    def _token_pattern(self) -> re.Pattern[str] | None:
        if self._token is None or len(self._token) < SHORTEST_TOKEN:
            return None
        return re.compile(f"(){_spelled(self._token)}")

    @cached_property
    def _foreign_secrets(self) -> tuple[re.Pattern[str], ...]:
        begin = r"(?:^|[?&]|%3[Ff]|%26|\\u0026)"
        # The emulator's own keys are recognised, and cut to what they begin with.
        other = rf"(?!{_spelled(self._prefix)})"
        return (
            re.compile(
                rf"({begin}(?:{_PARAMETERS})(?:=|%3[Dd])){other}{_SIGNATURE_END}", re.IGNORECASE
            ),
            re.compile(r"""(://[^/\s:@"'?#]*:)[^/\s@"'?#]+(?=@)"""),
            re.compile(rf"(\bbearer\s+){other}[A-Za-z0-9._~+/=-]{{8,}}", re.IGNORECASE),
        )


def _spelled(text: str) -> str:
    """Return a pattern for *text*, each character as it is or escaped as in a URL or in JSON."""
    return "".join(map(_character, text))


def _character(character: str) -> str:
    code = "".join(
        digit if digit.isdigit() else f"[{digit}{digit.upper()}]"
        for digit in f"{ord(character):02x}"
    )
    return rf"(?:{re.escape(character)}|%{code}|\\u00{code})"


def _without(secret: re.Pattern[str], text: str) -> str:
    """Return *text* with each *secret* in it cut down to what its first group has of it."""

    def replace(found: re.Match[str]) -> str:
        if found[0].startswith("\\") and _is_escaped(found):
            return found[0][0] + _without(secret, found[0][1:])
        return found[1] + REDACTED

    return secret.sub(replace, text)


def _is_escaped(found: re.Match[str]) -> bool:
    """Tell whether the backslash that *found* begins with is itself escaped, so that it escapes nothing."""
    begin = first = found.start()
    while first and found.string[first - 1] == "\\":
        first -= 1
    return (begin - first) % 2 == 1
