import asyncio
from typing import Any

from contracts.asgi import App, Message, Scope
from contracts.document import load
from contracts.faulty.combining import always, asking, remembering, replies
from contracts.faulty.fault import Begin, Fault, Proceed
from contracts.faulty.message import Reply, Request
from contracts.faulty.wrapping import wrapped

API = load().api


def behaving(begin: Begin) -> Fault:
    return Fault(id="x", family="x", rules=(), text="x", begin=begin)


async def pass_on(request: Request, proceed: Proceed) -> Reply:
    return await proceed(request)


def sent(app: App, path: str = "/v1/jobs", *pieces: bytes, **more: Any) -> list[Message]:
    """Send a request in *pieces* and return the messages that come back."""
    messages: list[Message] = []
    bodies = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces or [b""], 1)
    ]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"x-api-key", b"k")],
        **more,
    }

    async def receive() -> Message:
        return bodies.pop(0) if bodies else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    async def call() -> None:
        await app(scope, receive, send)

    asyncio.run(call())
    return messages


async def echo(scope: Scope, receive: Any, send: Any) -> None:
    """Answer with the path, the query and the body, in two pieces, and with what comes after the body."""
    message = await receive()
    then = await receive()
    body = b"%s?%s %s" % (scope["raw_path"], scope["query_string"], message["body"])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"\xe9")]})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": then["type"].encode()})


async def raw(scope: Scope, receive: Any, send: Any) -> None:
    await send({"type": scope["type"]})


def test_answers_pass_as_they_were_sent_message_by_message() -> None:
    app = wrapped(echo, API, behaving(always(pass_on)))

    messages = sent(app, "/v1/jobs/a b", b"one, ", b"two", query_string=b"x=%20")

    assert [message.get("body") for message in messages] == [
        None,
        b"/v1/jobs/a%20b?x=%20 one, two",
        b"http.disconnect",
    ]
    assert messages[0]["headers"] == [(b"x-a", b"\xe9")]


def test_the_path_is_passed_on_as_it_was_spelled() -> None:
    app = wrapped(echo, API, behaving(always(pass_on)))

    messages = sent(app, "/v1/jobs/a b", raw_path=b"/v1/jobs/%61%20b")

    assert messages[1]["body"] == b"/v1/jobs/%61%20b? "


def test_changed_answers_are_one_piece_of_the_right_length() -> None:
    begin = replies("list", change=lambda _, reply: reply.with_body(b"other"))
    app = wrapped(echo, API, behaving(begin))

    start, body = sent(app)

    assert (b"content-length", b"5") in start["headers"]
    assert body == {"type": "http.response.body", "body": b"other"}


def test_what_is_nothing_of_the_api_is_not_touched() -> None:
    async def break_all(request: Request, proceed: Proceed) -> Reply:
        raise AssertionError

    app = wrapped(raw, API, behaving(always(break_all)))

    assert sent(app, "/_mock/events") == [{"type": "http"}]
    assert sent(app, type="lifespan") == [{"type": "lifespan"}]


def test_two_servers_share_no_memory() -> None:
    def make(memory: dict[str, Any]) -> Begin:
        def change(_: Request, reply: Reply) -> Reply:
            memory["count"] = memory.get("count", 0) + 1
            return reply.with_status(200 + memory["count"])

        return replies(change=change)

    fault = behaving(remembering(make))
    first, second = wrapped(echo, API, fault), wrapped(echo, API, fault)

    assert [sent(app)[0]["status"] for app in (first, first, second)] == [201, 202, 201]


def test_front_tells_whether_it_changed_anything() -> None:
    quiet = wrapped(echo, API, behaving(always(pass_on)))
    asked = wrapped(echo, API, behaving(asking("list", lambda found: found.with_caller("other"))))
    told = replies("list", change=lambda _, reply: reply.with_status(500))
    answering = wrapped(echo, API, behaving(told))

    for app in (quiet, asked, answering):
        assert not app.has_struck
        sent(app)

    assert [app.has_struck for app in (quiet, asked, answering)] == [False, True, True]
