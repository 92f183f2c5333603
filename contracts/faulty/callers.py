"""Keys: wrong ones that are taken, good ones that are not, and doors that nobody watches."""

from collections.abc import Callable, Iterator

from contracts.api import Api
from contracts.faulty.combining import CANCEL, JOB, LIST, USAGE, always
from contracts.faulty.fault import Begin, Fault, Proceed
from contracts.faulty.message import KEY, SUBMIT, Reply, Request, refusal

FAMILY = "keys"
KEY_RULE, FORM_RULE = ("AUTH-KEY",), ("AUTH-FORM", "AUTH-KEY")
HEADER = "x-api-key"
SCHEME = "Bearer "

Table = tuple[tuple[str, tuple[str, ...], str, Begin], ...]
# Lets in as somebody whoever sends a key of which something holds; the key is empty where there is none.
Takes = Callable[[Callable[[Request, str], bool]], Begin]


def faults(api: Api) -> Iterator[Fault]:
    """Yield the faults of asking for keys of *api*."""
    takes = _taking(f"{SCHEME}{api.key_prefix}anybody")
    for id_, rules, text, begin in (
        *_without(api, takes),
        *_forms(api.key_prefix, takes),
        *_closed_doors(),
    ):
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def _taking(good: str) -> Takes:
    def takes(when: Callable[[Request, str], bool]) -> Begin:
        async def behave(request: Request, proceed: Proceed) -> Reply:
            return await proceed(
                request.with_caller(good) if when(request, request.caller) else request
            )

        return always(behave)

    return takes


def _without(api: Api, takes: Takes) -> Table:
    return (
        ("no-key-needed", KEY_RULE, "Nobody needs a key.", takes(lambda _, key: not key)),
        *(
            (
                f"no-key-needed-for-{operation}",
                KEY_RULE,
                f"{api.operations[operation].method} {api.operations[operation].path} needs no key.",
                takes(_at(operation)),
            )
            for operation in (SUBMIT, LIST, CANCEL, USAGE, "upload")
        ),
    )


def _forms(prefix: str, takes: Takes) -> Table:
    return (
        (
            "any-key-taken",
            FORM_RULE,
            "A key of any form will do.",
            takes(lambda _, key: bool(key) and prefix not in key),
        ),
        (
            "prefix-anywhere",
            FORM_RULE,
            "The prefix of a key may stand anywhere in it.",
            takes(lambda _, key: f"x{prefix}" in key),
        ),
        (
            "prefix-alone",
            FORM_RULE,
            "The prefix of a key is key enough.",
            takes(lambda _, key: key.endswith(prefix)),
        ),
        (
            "prefix-in-any-case",
            FORM_RULE,
            "The prefix of a key may be in capitals.",
            takes(lambda _, key: prefix.upper() in key),
        ),
        (
            "basic-scheme-taken",
            FORM_RULE,
            "A key may be sent as Basic.",
            takes(lambda _, key: key.startswith("Basic ")),
        ),
        (
            "bad-key-taken-for-models",
            FORM_RULE,
            "Where a key is optional, a bad one is as good as none.",
            takes(lambda request, key: request.operation in ("model", "models") and bool(key)),
        ),
    )


def _closed_doors() -> Table:
    return (
        ("x-api-key-unread", FORM_RULE, "A key in x-api-key is not seen.", always(_blind)),
        ("bare-keys-in-vain", KEY_RULE, "A key in x-api-key is never good.", always(_unread)),
        ("jobs-in-vain", KEY_RULE, "Good keys are refused to poll with.", always(_shut)),
        (
            "models-want-a-key",
            ("MODEL-CARD", *KEY_RULE),
            "The catalogue wants a key.",
            _closed("models"),
        ),
        ("livez-wants-a-key", ("HEALTH",), "/livez wants a key.", _closed("livez")),
        ("download-wants-a-key", ("OUT-URL",), "A video wants a key.", _closed("download")),
    )


def _at(operation: str) -> Callable[[Request, str], bool]:
    return lambda request, key: request.operation == operation and not key


async def _blind(request: Request, proceed: Proceed) -> Reply:
    return await proceed(request.with_header(HEADER, None))


async def _unread(request: Request, proceed: Proceed) -> Reply:
    is_bare = request.header(HEADER) is not None and not request.header(KEY)
    return await proceed(request.with_header(HEADER, "nonsense") if is_bare else request)


async def _shut(request: Request, proceed: Proceed) -> Reply:
    if request.operation == JOB and request.header(KEY):
        return _unauthorised("invalid_api_key")
    return await proceed(request)


def _closed(operation: str) -> Begin:
    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.operation == operation and not request.caller:
            return _unauthorised("missing_api_key")
        return await proceed(request)

    return always(behave)


def _unauthorised(code: str) -> Reply:
    return refusal(401, code, "authentication_error")
