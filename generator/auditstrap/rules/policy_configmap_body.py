"""A rule that writes bodies of ConfigMaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.bodies import written
from auditstrap.rules.support.meaning import about_policies


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Bodies of ConfigMaps that can reach the log."""
    return written(judged, "configmap")


RULE: Final = about_policies(
    "policy-configmap-body",
    faults,
    Severity.LEAK,
    what="A rule that writes bodies of ConfigMaps.",
    why=(
        "They often hold credentials although they should not, and they are large. CIS 3.2.2 allows Metadata at most."
    ),
    wrong="""\
- level: Metadata
  resources:
  - group: ""
    resources: [secrets]
- level: Request
  resources:
  - group: ""
- level: Metadata
""",
    right="""\
- level: Metadata
  resources:
  - group: ""
    resources: [secrets, configmaps]
- level: Request
  resources:
  - group: ""
    resources: [pods]
- level: Metadata
""",
    sources=("CIS Kubernetes Benchmark 3.2.2",),
)
