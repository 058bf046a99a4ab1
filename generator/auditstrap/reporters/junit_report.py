"""JUnit XML: a test for each examined file, a failure for each finding in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from auditstrap.findings import Finding, Report
from auditstrap.terminal import neutral

NAME: Final = "junit"


def lines(report: Report, texts: Callable[[str], str | None], *, colour: bool) -> Iterator[str]:
    """One test suite."""
    del texts, colour
    paths = sorted({one.path for one in report.examined} | {finding.path for finding in report.findings})
    count = f'tests="{len(paths)}" failures="{len(report.findings)}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites {count}><testsuite name="auditstrap" {count} skipped="0" errors="{len(report.defects)}">'
    for path in paths:
        yield f"  <testcase classname={_attribute(path)} name={_attribute(path)}>"
        yield from (_failure(finding) for finding in report.findings if finding.path == path)
        yield "  </testcase>"
    yield "</testsuite></testsuites>"


def _failure(finding: Finding) -> str:
    place = f"{finding.path}:{finding.start.line}:{finding.start.column}"
    kind = _attribute(f"{finding.severity}[{finding.rule}]")
    body = escape(_legal(f"{place}: {finding.message}"))
    return f"    <failure type={kind} message={_attribute(finding.message)}>{body}</failure>"


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    return neutral(text)
