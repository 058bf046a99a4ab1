"""A rule that writes bodies of Secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.bodies import written
from auditstrap.rules.support.meaning import about_policies


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Bodies of Secrets that can reach the log."""
    return written(judged, "secret")


RULE: Final = about_policies(
    "policy-secret-body",
    faults,
    Severity.LEAK,
    what=(
        "A rule that writes bodies of Secrets: at level Request those that are sent, at "
        "RequestResponse those that are returned too."
    ),
    why=("Whoever reads the log, or gets a copy of it, has the Secrets. CIS 3.2.2 allows Metadata at most."),
    wrong="""\
- level: Request
  resources:
  - group: ""
    resources: [pods, secrets]
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
    sources=(
        "k8s.io/apiserver/pkg/audit/request.go: LogRequestObject, LogResponseObject",
        "CIS Kubernetes Benchmark 3.2.2",
    ),
)
