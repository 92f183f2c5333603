"""JSON Schema's patterns in Python: its dialect, ECMA-262, has other white space than Python's."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

BLANKS = r"\t\n\x0b\x0c\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
TOKEN = re.compile(r"\\.|[\[\]]", re.DOTALL)
IN_CLASS: Mapping[str, str] = {r"\s": BLANKS}
OUTSIDE: Mapping[str, str] = {r"\s": f"[{BLANKS}]", r"\S": f"[^{BLANKS}]"}


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    r"""Return *pattern* for Python, with ECMA-262's ``\s`` and ``\S`` (the latter outside of brackets)."""
    is_in_class = False

    def translated(token: re.Match[str]) -> str:
        nonlocal is_in_class
        found = token[0]
        if found in "[]":
            is_in_class = found == "["
        return (IN_CLASS if is_in_class else OUTSIDE).get(found, found)

    return re.compile(TOKEN.sub(translated, pattern))


def _pattern(
    _: Any, pattern: str, instance: Any, __: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and compiled(pattern).search(instance) is None:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def validator_for(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Return a validator of *schema* that reads its patterns as JSON Schema means them."""
    made: Draft202012Validator = _EXACT(schema)
    return made


_EXACT = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
