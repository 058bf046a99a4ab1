"""Text for a person: each finding with its line, a mark, and every place that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from auditstrap.embedded import Place
from auditstrap.findings import Finding, Report, Severity
from auditstrap.terminal import BOLD, CYAN, RED, RESET, YELLOW, printable, snippet

NAME: Final = "text"
_COLOURS: Final = {Severity.HYGIENE: YELLOW}


def lines(report: Report, texts: Callable[[str], str | None], *, colour: bool) -> Iterator[str]:
    """The findings in the order of the files, then what was looked at."""
    text = cache(texts)
    paint = _painted if colour else _plain
    for finding in report.findings:
        yield from (printable(line) for line in _finding(finding, text, paint))
        yield ""
    yield from report.notes
    yield _summary(report)


def _finding(finding: Finding, text: Callable[[str], str | None], paint: Callable[[str, str], str]) -> Iterator[str]:
    severity = paint(_COLOURS.get(finding.severity, RED), f"{finding.severity}[{finding.rule}]")
    controls = f" ({', '.join(finding.controls)})" if finding.controls else ""
    yield f"{paint(BOLD, _where(finding.place))}: {severity}: {finding.message}{controls}"
    yield from _excerpt(finding.place, text, paint)
    for related in finding.related:
        yield f"  {_where(related.place)}: {related.message}"
        yield from _excerpt(related.place, text, paint)
    if finding.fix:
        yield f"  fix: {finding.fix.description}"


def _where(place: Place) -> str:
    return f"{place.path}:{place.span.start.line}:{place.span.start.column}"


def _excerpt(place: Place, text: Callable[[str], str | None], paint: Callable[[str, str], str]) -> Iterator[str]:
    content = text(place.path)
    for line in snippet(content, place.span) if content is not None else ():
        yield paint(CYAN, line)


def _summary(report: Report) -> str:
    counts = [f"{number} {name}" for name, number in report.summary().items() if number]
    total = len(report.findings)
    found = f"{total} finding{'s' * (total != 1)} ({', '.join(counts)})" if total else "no findings"
    examined = len({one.path for one in report.examined})
    skipped = len({one.path for one in report.skipped})
    return f"{found}; {examined} file{'s' * (examined != 1)} examined, {skipped} skipped"


def _painted(colour: str, text: str) -> str:
    return f"{colour}{text}{RESET}"


def _plain(colour: str, text: str) -> str:
    del colour
    return text
