"""When a run counts as flat."""

from dataclasses import replace

import pytest

from benchmarks.soak.verdict import JOB_BYTES, checks, line
from tests.benchmarks.soak.runs import MEGABYTE, run, sample

MEMORY, DESCRIPTORS, POLLS, SUBMISSIONS, ANSWERS = range(5)


def broken(of):
    return [index for index, check in enumerate(checks(of)) if not check.is_met]


def test_steady_run_is_flat():
    assert broken(run([sample(at) for at in range(100)])) == []


def test_memory_may_rise_in_the_warm_up():
    samples = [sample(at, memory=min(at, 20) * 10 * MEGABYTE) for at in range(100)]

    assert broken(run(samples)) == []


def test_memory_that_rises_afterwards_is_not_flat():
    samples = [sample(at, memory=(100 + at) * MEGABYTE) for at in range(100)]

    assert broken(run(samples)) == [MEMORY]
    assert checks(run(samples))[MEMORY].found == "+79.0 MB (+3600 MB an hour)"


def test_kept_jobs_account_for_their_memory():
    samples = [
        sample(at, memory=100 * MEGABYTE + at * 1000 * JOB_BYTES, kept=at * 1000)
        for at in range(100)
    ]

    assert broken(run(samples)) == []


def test_a_few_outliers_do_not_bend_a_line():
    points = [(at, 2.0 * at + 1) for at in range(20)]
    points[7] = (7, 500.0)

    drawn = line(points)

    assert (drawn.slope, drawn.level, drawn.at(10)) == (2.0, 1.0, 21.0)


@pytest.mark.parametrize(("left", "found"), [(8, []), (9, [DESCRIPTORS])])
def test_few_descriptors_may_be_left(left, found):
    assert broken(run([sample(at) for at in range(100)], left=left)) == found


@pytest.mark.parametrize(
    ("early", "late", "found"),
    [
        (20.0, 40.0, []),
        (20.0, 41.0, [POLLS]),
        (1.0, 9.0, []),  # is fast all the same
    ],
)
def test_tail_may_double(early, late, found):
    samples = [sample(at, tail=early if at < 50 else late) for at in range(100)]

    assert broken(run(samples)) == found


def test_one_slow_second_is_forgiven():
    samples = [sample(at, tail=900.0 if at == 95 else 5.0) for at in range(100)]

    assert broken(run(samples)) == []


def test_polls_that_stopped_are_not_flat():
    samples = [sample(at) for at in range(80)]
    samples += [replace(sample(at), poll=None) for at in range(80, 100)]

    assert broken(run(samples)) == [POLLS]
