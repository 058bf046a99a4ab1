"""Some request matches no rule, and is dropped for that reason alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.meaning import about_policies, shown, witness


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """A policy that drops requests only because no rule matches them."""
    analysis = judged.analysis
    told = analysis.records_nothing or any(entry.subject == "write" for entry in analysis.missed)
    if analysis.uncovered is not None and not told:
        message = f"no rule matches some requests, so they are not written: {shown(analysis.uncovered)}"
        yield Fault(Severity.HYGIENE, judged.place("rules"), message, witness=witness(analysis.uncovered))


RULE: Final = about_policies(
    "policy-uncovered",
    faults,
    Severity.HYGIENE,
    what="Some request matches no rule, and is dropped for that reason alone.",
    why=(
        "The level of what no rule matches is None. A catch-all at the end says what is meant, and "
        "keeps resources that come later from being missed."
    ),
    wrong="""\
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
- level: Metadata
  resources:
  - group: ""
    resources: [pods/exec, pods/attach, pods/portforward, pods/proxy, services/proxy, nodes/proxy, secrets]
""",
    right="""\
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
- level: Metadata
  resources:
  - group: ""
    resources: [pods/exec, pods/attach, pods/portforward, pods/proxy, services/proxy, nodes/proxy, secrets]
- level: None
""",
    sources=("k8s.io/apiserver/pkg/audit/policy/checker.go: DefaultAuditLevel",),
)
