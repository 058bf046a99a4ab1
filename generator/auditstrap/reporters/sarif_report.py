"""SARIF 2.1.0, as code scanning reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote

from auditstrap.embedded import Place
from auditstrap.findings import Edit, Finding, Fix, Report, Severity
from auditstrap.fingerprints import fingerprints
from auditstrap.rules import BY_ID
from auditstrap.rules.support.rule import Rule
from auditstrap.version import __version__

NAME: Final = "sarif"
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_SECURITY: Final = {
    Severity.FATAL: "8.0",
    Severity.BLIND: "8.0",
    Severity.LEAK: "8.0",
    Severity.LOSS: "6.0",
    Severity.HYGIENE: "3.0",
}


def lines(report: Report, texts: Callable[[str], str | None], *, colour: bool) -> Iterator[str]:
    """One log with one run."""
    del colour
    yield json.dumps(document(report, texts), indent=2)


def document(report: Report, texts: Callable[[str], str | None]) -> dict[str, Any]:
    """The log, before it is written."""
    used = sorted({finding.rule for finding in report.findings})
    prints = fingerprints(report.findings, texts)
    driver = {"name": "auditstrap", "version": __version__, "rules": [_rule(BY_ID[rule]) for rule in used]}
    results = [_result(one, used, mark) for one, mark in zip(report.findings, prints, strict=True)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule[Any]) -> dict[str, Any]:
    gravest = min(rule.severities)
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {"text": f"{rule.why}\n\nauditstrap rule {rule.id}"},
        "defaultConfiguration": {"level": _level(gravest)},
        "properties": {"tags": ["kubernetes", "audit", "security"], "security-severity": _SECURITY[gravest]},
    }


def _result(finding: Finding, rules: list[str], mark: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _level(finding.severity),
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _location(finding.place)}],
        "relatedLocations": [
            {"id": number, "physicalLocation": _location(one.place), "message": {"text": one.message}}
            for number, one in enumerate(finding.related)
        ],
        "partialFingerprints": {"auditstrap/v1": mark},
        "properties": {"severity": str(finding.severity), "controls": list(finding.controls)},
    }
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _level(severity: Severity) -> str:
    return "warning" if severity is Severity.HYGIENE else "error"


def _location(place: Place) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(place.path)}, "region": _region(place)}


def _region(place: Place) -> dict[str, int]:
    (line, column), (end_line, end_column) = place.span
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fix(fix: Fix) -> dict[str, Any]:
    changes = [_change(edit) for edit in fix.edits]
    return {"description": {"text": fix.description}, "artifactChanges": changes}


def _change(edit: Edit) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
    return {"artifactLocation": {"uri": _uri(edit.place.path)}, "replacements": [replacement]}


def _uri(path: str) -> str:
    return quote(path.removeprefix("./").encode("utf-8", "surrogateescape"))
