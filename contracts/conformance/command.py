"""The command ``wan-mock conformance``: whether a client is fit for production."""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from contracts.conformance import money
from contracts.conformance.adapter import command_of
from contracts.conformance.baseline import Baseline, ReportError, read_baseline
from contracts.conformance.case import Case
from contracts.conformance.cases.catalogue import cases
from contracts.conformance.reports import matrix
from contracts.conformance.reports.document import written
from contracts.conformance.reports.folder import write, write_matrix
from contracts.conformance.reports.report import Report
from contracts.conformance.reports.text import lines, listed
from contracts.conformance.result import Result
from contracts.conformance.runner import Plan, Start, results
from contracts.document import Contract, load
from contracts.reports.folder import OPTION, make
from contracts.termination import terminating

JOBS, MOST_JOBS = 8, 64
FORMATS = ("text", "json")


@click.command(
    "conformance",
    short_help="Tell whether a client of the API is fit for production.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[REPORT.JSON]…")
@click.option("--adapter", metavar="CMD", help="The program around the client under test.")
@click.option(
    "--case", "ids", multiple=True, metavar="ID", help="Try this case; several may be named."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    default=JOBS,
    show_default=True,
    help="Cases side by side.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="REPORT.JSON",
    help="Cases that are known to fail; one that passes fails the run.",
)
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write report.html, report.json, junit.xml and badge.json there.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("--strict", is_flag=True, help="Exit 1 on a SHOULD, too.")
@click.option("--list", "lists", is_flag=True, help="List the cases, and try none.")
@click.option("--merge", "merges", is_flag=True, help="Make one table of the reports named.")
@click.pass_context
def conformance_command(context: click.Context, /, **options: Any) -> None:
    """Run the client behind --adapter through every case, on an emulator of its own, and tell what it is fit for.

    CMD is run once per case. It reads one JSON object on its standard input (case, request, output, deadline_seconds), has its client
    make that video, and prints one JSON object (outcome, job_id, error_code, message, retryable). Exit 1 when a MUST failed.
    """
    contract = load()
    chosen = _chosen(contract, options["ids"])
    files: tuple[Path, ...] = options["files"]
    if options["lists"]:
        click.echo("\n".join(listed(chosen)))
    elif options["merges"]:
        _merge(files, options["report_dir"], options["form"])
    elif files:
        raise click.UsageError(f"{files[0]}: reports are for --merge")
    elif options["adapter"] is None:
        raise click.UsageError("--adapter 'CMD' is missing; --list and --merge need none")
    else:
        found = _graded(context, contract, chosen, options)
        context.exit(1 if found.is_bad(strict=options["strict"]) else 0)


def _graded(
    context: click.Context, contract: Contract, chosen: Sequence[Case], options: Mapping[str, Any]
) -> Report:
    """Try the client as *options* say, tell of it, and return the report."""
    start: Start | None = context.obj  # whoever has an emulator hands over how to start one
    if start is None:
        raise click.UsageError("there is no emulator to try a client on; wan-mock has one")
    directory: Path | None = options["report_dir"]
    plan = Plan(
        words=command_of(options["adapter"]),
        cases=chosen,
        side_by_side=options["jobs"],
        surroundings=dict(os.environ),  # noqa: TID251 - it is passed on, not read
    )
    path = options["baseline"]
    known = Baseline() if path is None else _known(path, contract)
    if directory is not None:
        make(directory, OPTION)
    with terminating():
        found, end = _run(plan, contract, start, known)
        _tell(found, directory, form=options["form"])
        if end is not None:
            raise end
    return found


def _tell(found: Report, directory: Path | None, *, form: str) -> None:
    click.echo(written(found).rstrip("\n") if form == "json" else "\n".join(lines(found)))
    if directory is not None:
        write(found, directory)


def _every(contract: Contract) -> tuple[Case, ...]:
    return (*cases(next(iter(contract.models.values()))), money.CASE)


def _known(path: Path, contract: Contract) -> Baseline:
    """Return what is known to fail, of cases that there are."""
    known = read_baseline(path)
    gone = known.failing - {case.id for case in _every(contract)}
    if gone:
        raise ReportError(
            f"{path}: {min(gone)!r} is no case any more; a report of this version would do"
        )
    return known


def _chosen(contract: Contract, ids: Sequence[str]) -> tuple[Case, ...]:
    every = _every(contract)
    unknown = {*ids} - {case.id for case in every}
    if unknown:
        raise click.UsageError(
            f"{min(unknown)!r} is no case; wan-mock conformance --list has all of them"
        )
    return tuple(case for case in every if not ids or case.id in ids)


def _merge(files: Sequence[Path], report_dir: Path | None, form: str) -> None:
    if not files:
        raise ReportError("--merge needs reports: wan-mock conformance --merge a.json b.json")
    found = matrix.matrix(files)
    if report_dir is not None:
        make(report_dir, OPTION)
        write_matrix(found, report_dir)
    click.echo(matrix.written(found).rstrip("\n") if form == "json" else matrix.text(found))


def _run(
    plan: Plan, contract: Contract, start: Start, known: Baseline
) -> tuple[Report, KeyboardInterrupt | None]:
    """Return the report of *plan*, and what has cut it short: then it has what came by then."""
    at, began = datetime.now(UTC), time.monotonic()  # noqa: TID251 - a report tells the time of its reader
    found: list[Result] = []
    end = None
    try:
        found.extend(shown(results(plan, contract, start), len(plan.cases), sys.stderr))
    except KeyboardInterrupt as interrupt:
        end = interrupt
    order = [case.id for case in plan.cases]
    judged = [known.applied(result) for result in found]
    told = Report(
        adapter=plan.words,
        at=at,
        seconds=time.monotonic() - began,
        cases=plan.cases,
        results=sorted(judged, key=lambda result: order.index(result.case.id)),
        is_complete=end is None,
        is_selection=len(plan.cases) < len(_every(contract)),
        baseline=known,
    )
    return told, end


def shown(found: Iterator[Result], count: int, stream: TextIO) -> Iterator[Result]:
    """Pass on what is *found*; a terminal shows how far it has come."""
    for number, result in enumerate(found, 1):
        if stream.isatty():
            click.echo(f"\r{number}/{count} {result.case.id:40}\r", file=stream, nl=False)
        yield result
