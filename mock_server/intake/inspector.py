"""Look at media in processes of their own, some at a time."""

import asyncio
import json
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mock_server.intake.measuring import Measured, Task, Unreadable
from mock_server.intake.protocol import OUT_OF_MEMORY, read_answer, write_task
from mock_server.intake.worker import Worker

# The package is there without having been run: that would load the whole server, which takes
# longer than everything else, and put it within reach of what is looked at.
_PROGRAM = """
import importlib.util, json, sys
sys.path[:], folder = json.loads(sys.argv[1])
spec = importlib.util.spec_from_file_location(
    "mock_server", folder + "/__init__.py", submodule_search_locations=[folder]
)
sys.modules["mock_server"] = importlib.util.module_from_spec(spec)
from mock_server.intake.sandbox import main
main()
"""
_FOLDER = str(Path(__file__).resolve().parents[1])


def worker_command(*, seconds: float, memory_bytes: int) -> tuple[str, ...]:
    """Return the command of a process that looks at media, within *memory_bytes* of memory.

    It gives up by itself soon after *seconds*, when whoever started it should have killed it.
    """
    paths = json.dumps([sys.path, _FOLDER])
    return sys.executable, "-c", _PROGRAM, paths, str(memory_bytes), str(seconds)


class Inspector:
    """Measures media and makes products of them; may be shared by event loops and threads.

    Whatever a medium does to the process that looks at it, the next one is looked at. *deaths* counts
    the processes that ended over a medium, by their exit status; that of one that was killed is the
    signal, negative.
    """

    def __init__(
        self,
        *,
        seconds: float,
        memory_bytes: int,
        workers: int = 2,
        command: Sequence[str] | None = None,
    ) -> None:
        """Give each look *seconds* and *memory_bytes*, and have up to *workers* processes.

        They are started when they are first needed, with *command* in place of the usual one.
        """
        self._seconds = seconds
        self._workers = workers
        self._command = command or worker_command(seconds=seconds, memory_bytes=memory_bytes)
        self._lock = threading.Lock()
        self.deaths: Counter[int] = Counter()
        self._idle: list[Worker] = []
        self._pool: ThreadPoolExecutor | None = None
        # Who is forgotten without having been closed leaves no process behind either.
        weakref.finalize(self, _end, self._idle)

    async def inspect(self, task: Task) -> Measured | Unreadable:
        """Return what the medium of *task* is, or why it cannot be used; its product is written then."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="inspector")
            under_way = self._pool.submit(self._inspect, task)
        return await asyncio.wrap_future(under_way)

    def close(self, *, wait: bool = False) -> None:
        """Let the processes end when their work is done, and *wait* for that or not; asking again starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
            idle = [*self._idle]
            self._idle.clear()
        if pool is not None:
            pool.shutdown(wait=wait)
        _end(idle)

    def _inspect(self, task: Task) -> Measured | Unreadable:
        found = self._ask(task)
        # A look that failed may have written some of it.
        if task.product is not None and isinstance(found, Unreadable):
            task.product.unlink(missing_ok=True)
        return found

    def _ask(self, task: Task) -> Measured | Unreadable:
        try:
            worker = self._take()
        except OSError as error:
            return Unreadable(reason=f"cannot be read now: {error.strerror}")
        try:
            return read_answer(worker.ask(write_task(task), self._seconds))
        except TimeoutError:
            self._bury(worker)
            return Unreadable(reason=f"took longer than {self._seconds:g} s to read")
        except (EOFError, ValueError):
            # Even if it lives: whatever it says next may be about this task.
            is_exhausted = self._bury(worker) == OUT_OF_MEMORY
            return Unreadable(
                reason="takes too much memory to decode" if is_exhausted else "cannot be decoded"
            )
        finally:
            self._give_back(worker)

    def _bury(self, worker: Worker) -> int:
        """End *worker* if it still lives, and return its exit status."""
        status = worker.kill()
        with self._lock:
            self.deaths[status] += 1
        return status

    def _take(self) -> Worker:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            return Worker(self._command)
        if worker.is_alive:
            return worker
        worker.end()
        return self._take()

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            is_wanted = self._pool is not None and worker.is_alive
            if is_wanted:
                self._idle.append(worker)
        if not is_wanted:
            worker.end()


def _end(workers: list[Worker]) -> None:
    for worker in workers:
        worker.end()
