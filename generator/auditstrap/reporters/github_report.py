"""GitHub's workflow commands: each finding is an annotation of its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from auditstrap.findings import Finding, Report, Severity

NAME: Final = "github"


def lines(report: Report, texts: Callable[[str], str | None], *, colour: bool) -> Iterator[str]:
    """One command for each finding."""
    del texts, colour
    for finding in report.findings:
        level = "warning" if finding.severity is Severity.HYGIENE else "error"
        properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(finding))
        yield f"::{level} {properties}::{_data(_message(finding))}"


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "file", finding.path.removeprefix("./")
    yield "line", str(finding.start.line)
    yield "endLine", str(finding.end.line)
    if finding.start.line == finding.end.line:
        yield "col", str(finding.start.column)
        yield "endColumn", str(finding.end.column)
    yield "title", f"{finding.severity}[{finding.rule}]"


def _message(finding: Finding) -> str:
    related = [f"{one.place.path}:{one.place.span.start.line}: {one.message}" for one in finding.related]
    return "\n".join([finding.message, *related])


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
