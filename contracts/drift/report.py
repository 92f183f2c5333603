"""The report of a look for drift: for a terminal, as JSON, and as Markdown."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from contracts.drift.blame import Says
from contracts.drift.difference import Level
from contracts.drift.drift import Drift, Source, State
from contracts.drift.finding import Finding
from contracts.drift.observed import Seen
from contracts.drift.values import ABSENT, printable, shown

FORMAT = "wan-mock drift 1"


def as_text(drift: Drift, url: str) -> str:
    """Return *drift* of the API at *url*, to be read in a terminal."""
    lines = [_headline(drift, url), *(f"  {_source(source)}" for source in drift.sources)]
    for finding in drift.findings:
        lines += ["", _where(finding), f"  {_sides(finding)}", f"  likely: {finding.wrong}"]
    return "\n".join(lines)


def as_markdown(drift: Drift, url: str) -> str:
    """Return *drift* of the API at *url* as a section with a table."""
    lines = [
        _cell(_headline(drift, url)),
        "",
        *(f"- {_cell(_source(one))}" for one in drift.sources),
    ]
    if drift.findings:
        head = (
            "level",
            "change",
            "rule",
            "where",
            "document",
            "published",
            "emulator",
            "seen live",
            "likely",
        )
        rows = [head, ("---",) * len(head), *map(_row, drift.findings)]
        lines += ["", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def as_json(drift: Drift, url: str) -> str:
    """Return *drift* of the API at *url* as a JSON object; a side that has nothing at a place has no member there."""
    fields = {
        "format": FORMAT,
        "target": url,
        "is_clean": drift.is_clean,
        "counts": _counts(drift),
        "sources": [
            {"request": source.request, "state": source.state, "trouble": source.trouble}
            for source in drift.sources
        ],
        "findings": [_fields(finding) for finding in drift.findings],
    }
    return json.dumps(fields, indent=1)


FORMATS: Mapping[str, Callable[[Drift, str], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}


def _counts(drift: Drift) -> dict[str, int]:
    return {
        **{level: sum(one.level is level for one in drift.findings) for level in Level},
        "could_not_look": sum(one.state is State.COULD_NOT_LOOK for one in drift.sources),
    }


def _headline(drift: Drift, url: str) -> str:
    counts = _counts(drift)
    unseen = counts.pop("could_not_look")
    told = ", ".join(f"{count} {level}" for level, count in counts.items())
    more = f"; {unseen} of {len(drift.sources)} sources could not be looked at" if unseen else ""
    return f"{url} against the contract document: {told}{more}"


def _source(source: Source) -> str:
    trouble = "" if source.trouble is None else f": {source.trouble}"
    return f"{source.state}  {source.request}{trouble}"


def _where(finding: Finding) -> str:
    rule = "" if finding.rule is None else f" {finding.rule}"
    place = f"{finding.source} {finding.pointer}".strip()
    return f"{finding.level}{rule}: {printable(place)}"


def _sides(finding: Finding) -> str:
    sides = [f"document {_document(finding)}"]
    if finding.is_published:
        sides.append(f"published {shown(finding.live)}")
    for name, seen in (("emulator", finding.emulator), ("seen live", finding.accepted)):
        if seen.says is not Says.UNKNOWN:
            sides.append(f"{name} {_seen(seen)}")
    return f"{finding.change}: {'; '.join(sides)}"


def _document(finding: Finding) -> str:
    """Return the document's value; the words of a report are no JSON."""
    return shown(finding.document) if finding.is_published else printable(str(finding.document))


def _seen(seen: Seen) -> str:
    return seen.says if seen.received is None else printable(seen.received)


def _row(finding: Finding) -> Iterable[str]:
    published = shown(finding.live) if finding.is_published else ""
    cells = (
        finding.level,
        finding.change,
        finding.rule or "",
        f"{finding.source} {finding.pointer}".strip(),
        _document(finding),
        published,
        _seen(finding.emulator),
        _seen(finding.accepted),
        finding.wrong,
    )
    return map(_cell, cells)


def _cell(text: str) -> str:
    """Return *text* as Markdown that shows it as it is."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>|#" else char for char in printable(text))


def _fields(finding: Finding) -> dict[str, Any]:
    values = {"document": finding.document, "live": finding.live}
    return {
        "level": finding.level,
        "change": finding.change,
        "rule": finding.rule,
        "source": finding.source,
        "pointer": finding.pointer,
        **{side: value for side, value in values.items() if value is not ABSENT},
        "is_published": finding.is_published,
        "emulator": {"says": finding.emulator.says, "received": finding.emulator.received},
        "accepted": {"says": finding.accepted.says, "received": finding.accepted.received},
        "wrong": finding.wrong,
    }
