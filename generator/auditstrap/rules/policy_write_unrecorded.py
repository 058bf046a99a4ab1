"""Changes of what Kubernetes itself has that leave nothing in the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.meaning import about_policies
from auditstrap.rules.support.missed import missed


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Changes of what Kubernetes itself has that leave nothing in the log."""
    return missed(judged, "write", Severity.BLIND, "some changes are")


RULE: Final = about_policies(
    "policy-write-unrecorded",
    faults,
    Severity.BLIND,
    what=(
        "Some create, update, patch or delete of an ordinary user, on something that Kubernetes "
        "itself has, leaves nothing in the log."
    ),
    why=(
        "A change that nobody can find afterwards. Events and leases do not count, nor objects and "
        "users that the policy names: somebody thought of those."
    ),
    wrong="""\
- level: Metadata
  resources:
  - group: ""
    resources:
    - secrets
    - pods/exec
    - pods/attach
    - pods/portforward
    - pods/proxy
    - services/proxy
    - nodes/proxy
    - pods/ephemeralcontainers
- level: None
  userGroups: ["system:masters"]
- level: Metadata
""",
    right="""\
- level: None
  users: ["system:kube-proxy"]
  verbs: [watch]
- level: Metadata
""",
    sources=("CIS Kubernetes Benchmark 3.2.2",),
)
