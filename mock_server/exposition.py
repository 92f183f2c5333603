"""The emulator's numbers as Prometheus reads them.

Not imported before the first scrape: the library takes its time to load.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from mock_server import __version__
from mock_server.accounts import Account
from mock_server.emulator import Emulator
from mock_server.lifecycle import Status, state_at
from mock_server.media.library import ClipLibrary
from mock_server.metrics import BUCKETS, FAULT, Metrics, Tally
from mock_server.pricing import dollars
from mock_server.scenarios.catalogue import SCENARIOS

UNKNOWN = "none"  # the operation of an unknown path, the status of an answer that never came


class Exposition(Collector):
    """Collects the numbers at the moment of a scrape; accounts are not told apart, for there may be any number."""

    def __init__(self, emulator: Emulator, metrics: Metrics, library: ClipLibrary) -> None:
        """Tell of *emulator*, the *metrics* of its requests, and its *library* of videos."""
        self._emulator = emulator
        self._metrics = metrics
        self._library = library
        self._ended: WeakKeyDictionary[Account, tuple[int, Counter[Status]]] = WeakKeyDictionary()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def page(self, accept: str) -> tuple[bytes, str]:
        """Return the numbers and their content type, in the format that the header *accept* asks for."""
        try:
            encode, content_type = choose_encoder(accept)
        except TypeError:  # the library's, for a version that is no number
            encode, content_type = choose_encoder("")
        return encode(self._registry), content_type

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield InfoMetricFamily("wan_mock", "The emulator.", value={"version": __version__})
        yield from self._requests()
        yield from self._accounts()
        yield from self._cache()

    def _requests(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "wan_mock_requests", "Requests answered.", labels=("operation", "status")
        )
        by_operation: dict[str, list[Tally]] = {}
        for (operation, status), tally in [*self._metrics.tallies.items()]:
            name = operation or UNKNOWN
            requests.add_metric([name, str(status or UNKNOWN)], sum(tally.buckets))
            by_operation.setdefault(name, []).append(tally)
        yield requests
        durations = HistogramMetricFamily(
            "wan_mock_request_duration_seconds",
            "Time from a request to the end of its answer.",
            labels=("operation",),
        )
        bounds = [*(str(float(bound)) for bound in BUCKETS), "+Inf"]
        for name, tallies in by_operation.items():
            numbers = map(sum, zip(*(tally.buckets for tally in tallies), strict=True))
            buckets = [*zip(bounds, accumulate(numbers), strict=True)]
            taken = sum(tally.nanoseconds for tally in tallies)
            durations.add_metric([name], buckets, taken / 1e9)
        yield durations
        faults = CounterMetricFamily(
            "wan_mock_faults",
            "Answers that a scenario or another fault did something to.",
            labels=("scenario", "kind"),
        )
        for name, number in [*self._metrics.struck.items()]:
            kind = SCENARIOS[name].kind if name in SCENARIOS else FAULT
            faults.add_metric(["" if kind == FAULT else name, kind], number)
        yield faults

    def _accounts(self) -> Iterator[Metric]:
        accounts = self._emulator.opened()
        states: Counter[Status] = Counter(dict.fromkeys(Status, 0))
        for account in accounts:
            states.update(self._states(account))
        jobs = GaugeMetricFamily("wan_mock_jobs", "Jobs by status.", labels=("status",))
        for status, number in states.items():
            jobs.add_metric([status], number)
        yield jobs
        spent = self._emulator.spent_by_forgotten + sum(one.ledger.spent for one in accounts)
        yield CounterMetricFamily(
            "wan_mock_spent_usd", "What completed jobs would have cost.", value=dollars(spent)
        )
        held = sum(account.ledger.held for account in accounts)
        yield GaugeMetricFamily(
            "wan_mock_held_usd", "What running jobs hold of balances.", value=dollars(held)
        )
        yield GaugeMetricFamily("wan_mock_accounts", "Accounts open.", value=len(accounts))
        entries = sum(len(account.journal) for account in accounts)
        yield GaugeMetricFamily("wan_mock_journal_entries", "Requests in journals.", value=entries)
        kept = sum(account.journal.bytes for account in accounts)
        yield GaugeMetricFamily("wan_mock_journal_bytes", "Memory of journals.", value=kept)

    def _states(self, account: Account) -> Counter[Status]:
        """Return the jobs of *account* by status; those that have ended are looked at once."""
        ended = account.ended
        counted, states = self._ended.get(account, (0, Counter[Status]()))
        states.update(state_at(job, job.ended_at).status for job in ended[counted:])
        self._ended[account] = len(ended), states
        now = account.clock.now()
        return states + Counter(state_at(job, now).status for job in account.running())

    def _cache(self) -> Iterator[Metric]:
        library = self._library
        yield GaugeMetricFamily(
            "wan_mock_media_cache_bytes", "Videos kept in memory.", value=library.kept_bytes
        )
        yield CounterMetricFamily(
            "wan_mock_media_cache_hits", "Videos found in memory.", value=library.hits
        )
        yield CounterMetricFamily(
            "wan_mock_media_cache_misses", "Videos that had to be made.", value=library.misses
        )
