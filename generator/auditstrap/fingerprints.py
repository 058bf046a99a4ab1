"""What makes a finding the same one after lines above it have moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable

from auditstrap.findings import Finding
from auditstrap.source import line_starts


def fingerprints(findings: Iterable[Finding], texts: Callable[[str], str | None]) -> list[str]:
    """One for each finding: its rule, its file, what its line says, and which of several alike it is."""
    seen: Counter[str] = Counter()
    made: list[str] = []
    for finding in findings:
        identity = "\0".join((finding.rule, finding.path, _line(texts(finding.path) or "", finding.start.line)))
        seen[identity] += 1
        made.append(hashlib.sha256(f"{identity}\0{seen[identity]}".encode("utf-8", "replace")).hexdigest()[:32])
    return made


def _line(text: str, number: int) -> str:
    starts = [*line_starts(text), len(text)]
    return text[starts[number - 1] : starts[number]].strip() if number < len(starts) else ""
