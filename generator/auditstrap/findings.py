"""What a check finds: values that every reporter shows and every rule makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from auditstrap.embedded import Place
from auditstrap.source import Position


class Severity(IntEnum):
    """The consequence of a mistake, the gravest first; ``str()`` is its name in every output."""

    FATAL = 0
    """The API server or the bootstrap fails."""
    BLIND = 1
    """It runs and records nothing, or less than the text says."""
    LEAK = 2
    """It records bodies that it must not."""
    LOSS = 3
    """What was recorded is lost, or bounded too early."""
    HYGIENE = 4
    """It works today, and invites one of the others."""

    def __str__(self) -> str:
        return self.name.lower()

    def at_least(self, other: Severity) -> bool:
        """Whether this consequence is as grave as the other, or graver."""
        return self <= other


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that belongs to a finding, and what stands there."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands at a place becomes ``text``; an insertion where the place is empty."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction of the texts. ``safe``: it cannot change anything else than what the finding is about."""

    description: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake as a rule tells it; the engine adds which rule it was."""

    severity: Severity
    place: Place
    message: str
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    witness: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake: where it stands, which rule found it, what follows from it.

    ``controls`` are ids of the chosen profile's benchmark, ``witness`` is a request in the shape of the contract.
    """

    place: Place
    rule: str
    severity: Severity
    message: str
    related: tuple[Related, ...] = ()
    controls: tuple[str, ...] = ()
    fix: Fix | None = field(default=None, compare=False)
    witness: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def path(self) -> str:
        """The file, as the caller named it."""
        return self.place.path

    @property
    def start(self) -> Position:
        """Where it begins, in the outer file."""
        return self.place.span.start

    @property
    def end(self) -> Position:
        """Where it ends, in the outer file."""
        return self.place.span.end


@dataclass(frozen=True, slots=True, order=True)
class Examined:
    """A file that was recognised; ``kind`` is as what: ``Pod``, ``Policy``, ``cloud-config``."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """A file, or a part of one, that was not judged, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one check has to say; ``defects`` are failures of auditstrap itself, one sentence each.

    ``notes`` say what the chosen profile leaves out.
    """

    findings: tuple[Finding, ...] = ()
    examined: tuple[Examined, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    defects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self) -> dict[str, int]:
        """How many findings of each severity there are."""
        return {str(level): sum(finding.severity is level for finding in self.findings) for level in Severity}

    def worst(self) -> Severity | None:
        """The gravest severity, None without findings."""
        return min((finding.severity for finding in self.findings), default=None)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by file and place, each told once."""
    return tuple(sorted(set(findings)))
