"""Each log does what the model does, whichever of two processes is asked, and in whatever order."""

import asyncio
from collections.abc import Awaitable
from typing import Any, cast

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mock_server.state.log import Known
from tests.mock_server.state.conftest import BOUNDS, OpenLog
from tests.mock_server.state.model import Model

accounts = st.sampled_from(["one", "two", "ünï 3"])
# Some are there already: that is how a record is sent twice.
records = st.sampled_from([bytes([number]) * 3 for number in range(12)])
sizes = st.integers(0, 120)
# Of what there is; more is asked for where a state was set back.
part = st.floats(0, 1.5)


class TwoProcesses(RuleBasedStateMachine):
    def __init__(self, runner: asyncio.Runner, open_log: OpenLog, place: str) -> None:
        super().__init__()
        self._runner = runner
        self._logs = [open_log(place), open_log(place)]
        self._model = Model(BOUNDS)
        self._turn = 0

    def _ask(self, method: str, *arguments: Any, **more: Any) -> Any:
        self._turn += 1
        asked: Awaitable[Any] = getattr(self._logs[self._turn % 2], method)(*arguments, **more)

        async def answer() -> Any:
            return await asked

        return self._runner.run(answer())

    def _position(self, account: str, share: float) -> int:
        return round(self._model.last(account) * share)

    @rule(account=accounts, share=part, record=records, forgets=st.booleans())
    def exchange(self, account: str, share: float, record: bytes, forgets: bool) -> None:
        after = self._position(account, share)
        found = self._ask("exchange", account, after, record, forgets=forgets)
        assert [*found] == self._model.exchange(account, after, record, forgets=forgets)

    @rule(account=accounts, share=part)
    def read(self, account: str, share: float) -> None:
        after = self._position(account, share)
        assert [*self._ask("exchange", account, after)] == self._model.behind(account, after)

    @rule(share=part)
    def read_all(self, share: float) -> None:
        positions = {name: self._position(name, share) for name in [*self._model.records]}
        found = self._ask("behind", positions)
        assert {name: [*tail] for name, tail in found.items()} == {
            name: self._model.behind(name, after) for name, after in positions.items()
        }

    @rule(account=accounts)
    def register(self, account: str) -> None:
        self._ask("register", account)
        self._model.register(account)

    @rule(account=accounts, entry=st.binary(max_size=8), size=sizes, is_counted=st.booleans())
    def write(self, account: str, entry: bytes, size: int, is_counted: bool) -> None:
        self._ask("write", account, entry, size=size, is_counted=is_counted)
        self._model.write(account, entry, size, is_counted=is_counted)

    @rule(account=accounts)
    def clear(self, account: str) -> None:
        self._ask("clear", account)
        self._model.clear(account)

    @rule(account=accounts, after=st.integers(0, 6))
    def read_entries(self, account: str, after: int) -> None:
        assert [*self._ask("entries", account, after)] == self._model.entries(account, after)

    @invariant()
    def same_are_known_in_the_same_order(self) -> None:
        known: dict[str, Known] = self._ask("known")
        assert {name: one.requests for name, one in known.items()} == self._model.requests
        seen = sorted((one.seen, name) for name, one in known.items() if one.seen)
        assert [name for _, name in seen] == self._model.seen
        assert len({number for number, _ in seen}) == len(seen)


def test_log_does_what_the_model_does(runner, open_log, place, state_of):
    kind = place.partition(":")[0]
    run_state_machine_as_test(
        cast(Any, lambda: TwoProcesses(runner, open_log, state_of(kind))),
        settings=settings(max_examples=20, suppress_health_check=[*HealthCheck]),
    )
