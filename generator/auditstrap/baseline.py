"""A baseline: the findings that were there when checking began, by what makes each the same one later."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from auditstrap.findings import Report
from auditstrap.fingerprints import fingerprints

VERSION = 1


def written(report: Report, texts: Callable[[str], str | None]) -> str:
    """The text of a baseline with every finding of a report."""
    marks = fingerprints(report.findings, texts)
    entries = [
        {"rule": finding.rule, "path": finding.path, "fingerprint": mark}
        for finding, mark in zip(report.findings, marks, strict=True)
    ]
    return json.dumps({"version": VERSION, "findings": entries}, indent=2) + "\n"


def without_known(report: Report, text: str, texts: Callable[[str], str | None]) -> Report:
    """A report without the findings of a baseline. Raises ValueError where the text is none."""
    known = _fingerprints(text)
    marks = fingerprints(report.findings, texts)
    new = (finding for finding, mark in zip(report.findings, marks, strict=True) if mark not in known)
    return replace(report, findings=tuple(new))


def _fingerprints(text: str) -> frozenset[str]:
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            raise ValueError(f"it is of version {document['version']}; {VERSION} is allowed")
        return frozenset(str(entry["fingerprint"]) for entry in document["findings"])
    except (KeyError, TypeError, RecursionError, json.JSONDecodeError):
        raise ValueError("it is no baseline; --write-baseline writes one") from None
