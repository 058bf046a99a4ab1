"""A rule that decides no request, since the rules before it match everything that it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy.lifeless import DeadRule
from auditstrap.rules.support.meaning import about_policies, at_rules, reserve, rules_named, shown, witness


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Rules that decide no request since earlier ones match all that they do."""
    if judged.analysis.records_nothing:
        return
    for dead in judged.analysis.dead:
        if dead.covered_by and dead.witness is not None:
            yield Fault(
                Severity.BLIND if dead.records_less else Severity.HYGIENE,
                judged.rule_place(dead.rule),
                _sentence(judged, dead),
                at_rules(judged, dead.covered_by, "matches it first"),
                witness=witness(dead.witness),
            )


def _sentence(judged: JudgedPolicy, dead: DeadRule) -> str:
    level = judged.policy.rules[dead.rule].level
    verb = "matches" if len(dead.covered_by) == 1 else "match"
    said = f"rule {dead.rule} decides no request: {rules_named(dead.covered_by)} {verb} all that it does"
    example = f", {shown(dead.witness)}" if dead.witness else ""
    less = f", and less than {level} is written" if dead.records_less else ""
    return said + reserve(dead.proof) + less + example


RULE: Final = about_policies(
    "policy-dead-rule",
    faults,
    Severity.BLIND,
    Severity.HYGIENE,
    what="A rule that decides no request, since the rules before it match everything that it does.",
    why=(
        "The first rule that matches decides. What stands behind a catch-all, or behind rules that "
        "cover it together, is never reached: the policy reads as if it recorded more, or less, than "
        "it does."
    ),
    wrong="""\
- level: Metadata
- level: Request
  resources:
  - group: ""
    resources: [pods]
""",
    right="""\
- level: Request
  resources:
  - group: ""
    resources: [pods]
- level: Metadata
""",
    sources=("k8s.io/apiserver/pkg/audit/policy/checker.go: EvaluatePolicyRule",),
)
