"""JSON, in the published shape; version 1."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from auditstrap.embedded import Place
from auditstrap.findings import Finding, Fix, Report
from auditstrap.source import Position

NAME: Final = "json"
VERSION: Final = 1


def lines(report: Report, texts: Callable[[str], str | None], *, colour: bool) -> Iterator[str]:
    """One JSON object."""
    del texts, colour
    yield json.dumps(document(report), indent=2)


def document(report: Report) -> dict[str, Any]:
    """The object, before it is written."""
    return {
        "version": VERSION,
        "examined": [{"path": one.path, "kind": one.kind} for one in report.examined],
        "skipped": [{"path": one.path, "reason": one.reason} for one in report.skipped],
        "findings": [_finding(finding) for finding in report.findings],
        "summary": report.summary(),
        "notes": list(report.notes),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        **_place(finding.place),
        "related": [{"message": one.message, **_place(one.place)} for one in finding.related],
        "controls": list(finding.controls),
        "witness": dict(finding.witness) if finding.witness is not None else None,
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_place(edit.place), "text": edit.text} for edit in fix.edits]
    return {"safe": fix.safe, "description": fix.description, "edits": edits}


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "start": _position(place.span.start), "end": _position(place.span.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
