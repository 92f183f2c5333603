"""A listener to the event stream of an account, which joins and leaves."""

import asyncio
from contextlib import suppress
from random import Random

from benchmarks.servers import HOST
from benchmarks.soak.asks import Account
from benchmarks.soak.tally import Tally

LONGEST_SECONDS = 5.0
FIELD = b"\nevent: "


async def listen(port: int, tally: Tally, *, account: Account, chance: Random) -> None:
    """Listen to *account* for a few seconds, leave without a word, and come again; until it is cancelled."""
    while True:
        await _visit(port, tally, account, chance.uniform(0.5, LONGEST_SECONDS))
        await asyncio.sleep(chance.uniform(0, LONGEST_SECONDS))


async def _visit(port: int, tally: Tally, account: Account, seconds: float) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(account.ask("GET", "/_mock/events").sent)
        status = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0].decode()
        if not status.startswith("HTTP/1.1 200"):
            tally.wondered(f"events: {status}", "")
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _hear(reader, tally)
        # Else the stream has ended by itself.
    except (OSError, EOFError) as error:
        tally.wondered(f"events: {type(error).__name__}", str(error))
    finally:
        writer.close()


async def _hear(reader: asyncio.StreamReader, tally: Tally) -> None:
    while heard := await reader.read(1 << 16):
        tally.events += (b"\n" + heard).count(FIELD)
    tally.wondered("events: the stream ended", "")
