"""A policy by which no request at all leaves anything in the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.meaning import about_policies, shown, witness


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """A policy by which no request leaves anything in the log."""
    analysis = judged.analysis
    if analysis.records_nothing:
        request = analysis.uncovered or next((entry.witness for entry in analysis.never_written), None)
        example = f", {shown(request)}" if request else ""
        message = "no request is ever written: every rule is at level None, omits every stage, or decides nothing"
        yield Fault(
            Severity.BLIND, judged.place("rules"), message + example, witness=witness(request) if request else None
        )


RULE: Final = about_policies(
    "policy-records-nothing",
    faults,
    Severity.BLIND,
    what="A policy by which no request at all leaves anything in the log.",
    why=(
        "kube-apiserver starts with it, makes the log file, and writes nothing into it: level None "
        "everywhere, every stage omitted, or rules that match nothing."
    ),
    wrong="""\
- level: None
- level: Metadata
""",
    right="""\
- level: None
  nonResourceURLs: [/healthz]
- level: Metadata
""",
    sources=("k8s.io/apiserver/pkg/audit/policy/checker.go: EvaluatePolicyRule",),
)
