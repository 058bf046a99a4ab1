"""Fixes as new texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from auditstrap import edits
from auditstrap.findings import Finding


class Fixed(NamedTuple):
    """The texts that changed, by path, and the findings whose fix was applied."""

    texts: dict[str, str]
    findings: tuple[Finding, ...]


def fixed(findings: Iterable[Finding], texts: Callable[[str], str | None]) -> Fixed:
    """Every safe fix that meets no other one, applied; the rest of each text stays byte for byte."""
    made: dict[str, list[edits.Edit]] = {}
    applied: list[Finding] = []
    for finding in findings:
        planned = _planned(finding, texts)
        if planned is not None and not any(_meets(edit, made.get(path, ())) for path, edit in planned):
            applied.append(finding)
            for path, edit in planned:
                made.setdefault(path, []).append(edit)
    changed = {path: edits.apply(texts(path) or "", changes) for path, changes in made.items()}
    return Fixed(changed, tuple(applied))


def _planned(finding: Finding, texts: Callable[[str], str | None]) -> list[tuple[str, edits.Edit]] | None:
    """The edits of a fix by offsets; None where it has none that is safe and has a place of its own."""
    if finding.fix is None or not finding.fix.safe:
        return None
    planned: list[tuple[str, edits.Edit]] = []
    for edit in finding.fix.edits:
        text = texts(edit.place.path)
        if text is None or edit.place.inner_line is not None:
            return None
        lines = edits.Lines(text)
        start, end = (lines.offset(position) for position in edit.place.span)
        planned.append((edit.place.path, edits.Edit(start, end, edit.text)))
    return planned


def _meets(edit: edits.Edit, others: Iterable[edits.Edit]) -> bool:
    return any((edit.start < other.end and other.start < edit.end) or edit.start == other.start for other in others)
