"""Runs that never were."""

from benchmarks.soak.samples import Latency, Sample
from benchmarks.soak.tally import Tally
from benchmarks.soak.traffic import Plan, Run

MEGABYTE = 1_000_000


def sample(seconds, *, memory=100 * MEGABYTE, kept=0, descriptors=50, tail=5.0):
    return Sample(
        seconds=seconds,
        memory=memory,
        descriptors=descriptors,
        threads=6,
        cpu=0.5,
        jobs=seconds * 500,
        kept=kept,
        poll=Latency(median=1.0, tail=tail),
        submit=Latency(median=2.0, tail=5.0),
    )


def run(samples, *, left=0, tally=None):
    return Run(
        plan=Plan(minutes=1, jobs=50_000, seed=0),
        before=sample(0, descriptors=15),
        samples=samples,
        after=sample(103, descriptors=15 + left),
        tally=tally or Tally(),
    )
