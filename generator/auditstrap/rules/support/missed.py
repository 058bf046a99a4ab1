"""What ordinary users do and a policy does not write."""

from __future__ import annotations

from collections.abc import Iterator

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy.analysis import Unwritten
from auditstrap.rules.support.meaning import shown, witness


def missed(judged: JudgedPolicy, subject: str, severity: Severity, what: str) -> Iterator[Fault]:
    """One fault, for the first way in which requests of this subject are missed."""
    if judged.analysis.records_nothing:
        return
    found = next((entry for entry in judged.analysis.missed if entry.subject == subject), None)
    if found is not None:
        place = judged.place("rules") if found.rule is None else judged.rule_place(found.rule)
        yield Fault(
            severity,
            place,
            f"{what} not written: {_why(found)}",
            _related(judged, found),
            witness=witness(found.witness),
        )


def _why(found: Unwritten) -> str:
    cause = "no rule matches" if found.rule is None else f"rule {found.rule} drops"
    return f"{cause} them, {shown(found.witness)}"


def _related(judged: JudgedPolicy, found: Unwritten) -> tuple[Related, ...]:
    if found.rule is None:
        return ()
    return (Related(judged.place("rules", found.rule, "level"), "nothing is written by this rule"),)
