"""Strike a request: what an account's faults and its jobs' scenarios do to the answer of an operation."""

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from contracts.api import Api
from mock_server.accounts import Account
from mock_server.actions import apply
from mock_server.admission import host_name, is_loopback
from mock_server.answers import Answer, refusal
from mock_server.calls import Call, Endpoint
from mock_server.commands import Strike
from mock_server.emulator import Emulator
from mock_server.faults import Struck
from mock_server.problems import Problem

SUBMIT = "submit"
POLL = "poll"
DOWNLOAD = "download"
# The operations that faults strike, by their id in the contract document where that is another.
OPERATIONS = {
    "submit": SUBMIT,
    "job": POLL,
    "list": "list",
    "cancel": "cancel",
    "models": "models",
    "model": "model",
    "usage": "usage",
    "upload": "upload",
    "sign": "sign",
    "download": DOWNLOAD,
}
REDIRECTED = b"redirected=1"
RETRY_AFTER = {"retry-after": "2"}  # the default of a fault that answers 429
TOO_MANY = 429
LEAST_FAILURE = 500
HTML = "text/html"
# Of several codes with one status, those that a caller with a good key gets.
USUAL_ELSEWHERE = ("invalid_api_key", "url_expired", "not_found")
USUAL = {
    SUBMIT: ("invalid_api_key", "url_expired", "model_not_found"),
    "model": ("invalid_api_key", "url_expired", "model_not_found"),
    POLL: ("invalid_api_key", "url_expired", "job_not_found"),
    "cancel": ("invalid_api_key", "url_expired", "job_not_found"),
}

Owner = Callable[[Call], Awaitable[Account | None]]


async def caller(call: Call) -> Account | None:
    """Return whose request *call* is: that of its key."""
    return call.account


def struck(
    endpoint: Endpoint, operation: str, emulator: Emulator, owner: Owner = caller
) -> Endpoint:
    """Return *endpoint* with what strikes requests of *operation* of the account that *owner* gives for each.

    A request of nobody is never struck.
    """
    api = emulator.contract.api

    async def strike(call: Call) -> Answer:
        account = await owner(call)
        if account is None or account.faults.is_idle:
            return await endpoint(call)
        found = await emulator.do(account.name, _strike(call, operation))
        if found is None or (found.action.redirects and REDIRECTED in call.query_string):
            return await endpoint(call)
        return await _struck_answer(endpoint, operation, call, found, api)

    return strike


def _strike(call: Call, operation: str) -> Strike:
    if operation not in {POLL, DOWNLOAD}:
        return Strike(operation, None, is_head=False)
    (name,) = call.scope["path_params"].values()
    return Strike(operation, name.partition(".")[0], call.scope["method"] == "HEAD")


async def _struck_answer(
    endpoint: Endpoint, operation: str, call: Call, found: Struck, api: Api
) -> Answer:
    action = found.action
    if action.redirects:
        return spoiled(_redirect(call), found, call)
    if action.is_refusal:
        if operation == SUBMIT:
            # The client has sent it in full, and whoever looks at the request wants to see it.
            await call.body(api.limits.max_body_bytes)
        return refused(found, operation, call, api)
    try:
        answer = await endpoint(_without_range(call) if action.ignores_range else call)
    except Problem as problem:
        if action.is_of_file:
            raise
        call.exchange.refused(problem)
        answer = refusal(problem, api)
    return spoiled(answer, found, call)


def spoiled(answer: Answer, found: Struck, call: Call) -> Answer:
    """Return what *found* makes of *answer*, which goes to whoever sent *call*."""
    answer = apply(answer, found.action)
    wire = None if answer.wire is None else answer.wire.for_call(call.scope, call.receive)
    return answer._replace(wire=wire, struck_by=found.by)


def refused(found: Struck, operation: str, call: Call, api: Api) -> Answer:
    """Return what *found*, a refusal, answers in place of *operation*, which was not carried out."""
    action = found.action
    assert action.status is not None
    message = f"{found.by} answers {action.status} in place of the API."
    headers = RETRY_AFTER if action.status == TOO_MANY else {}
    code = action.code or _code(action.status, operation, api)
    return spoiled(refusal(Problem(code, message, headers=headers), api), found, call)


def _code(status: int, operation: str, api: Api) -> str:
    """Return the code that *operation* would answer *status* with, or one that comes near to it."""
    known = [code for code, kind in api.errors.items() if kind.status == status]
    usual = [code for code in known if code in USUAL.get(operation, USUAL_ELSEWHERE)]
    found = [*usual, *known, "internal_error" if status >= LEAST_FAILURE else "invalid_request"]
    return found[0]


def _without_range(call: Call) -> Call:
    headers = [(name, value) for name, value in call.scope["headers"] if name != b"range"]
    return call._replace(scope={**call.scope, "headers": headers})


def _redirect(call: Call) -> Answer:
    scheme, _, host = call.base_url(None).partition("://")
    path = quote(call.scope["path"])
    query = (call.query_string + b"&" + REDIRECTED).decode("latin-1")
    location = f"{scheme}://{_other_name(host, call.scope.get('server'))}{path}?{query}"
    return Answer(status=302, content_type=HTML, headers=(("location", location),))


def _other_name(host: str, server: tuple[str, int | None] | None) -> str:
    """Return *host*, a name or an address with or without a port, by another name.

    A name stands for the address of *server*, where the request came in.
    """
    name, port = host_name(host), host.rpartition("]")[2].partition(":")[2]
    if is_loopback(name):
        other = "127.0.0.1" if name == "localhost" else "localhost"
    elif _is_address(name):
        other = _spelled_otherwise(name)
    else:
        address, at = server or (name, None)
        other, port = f"[{address}]" if ":" in address else address, str(at or port)
    return f"{other}:{port}" if port else other


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _spelled_otherwise(address: str) -> str:
    found = ipaddress.ip_address(address)
    return f"[::ffff:{address}]" if found.version == 4 else f"[{found.exploded}]"
