"""A rule that decides requests, but without which every one of them would fare the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.meaning import about_policies, reserve, shown, witness


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Rules without which every request would fare the same."""
    for found in judged.analysis.redundant:
        message = f"without rule {found.rule} every request would fare the same{reserve(found.proof)}"
        place = judged.rule_place(found.rule)
        yield Fault(Severity.HYGIENE, place, f"{message}, {shown(found.witness)}", witness=witness(found.witness))


RULE: Final = about_policies(
    "policy-redundant-rule",
    faults,
    Severity.HYGIENE,
    what=(
        "A rule that decides requests, but without which every one of them would fare the same. "
        "Reported with --pedantic only."
    ),
    why=(
        "It is no mistake, and often there on purpose. But who reads the policy must find out that it changes nothing."
    ),
    wrong="""\
- level: Metadata
  resources:
  - group: ""
    resources: [secrets]
- level: Metadata
""",
    right="""\
- level: Metadata
""",
    pedantic=True,
    sources=("k8s.io/apiserver/pkg/audit/policy/checker.go: EvaluatePolicyRule",),
)
