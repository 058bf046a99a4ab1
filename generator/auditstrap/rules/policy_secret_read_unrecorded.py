"""Some read of a Secret by an ordinary user leaves nothing in the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.meaning import about_policies
from auditstrap.rules.support.missed import missed


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Reads of Secrets that leave nothing in the log."""
    return missed(judged, "secret-read", Severity.HYGIENE, "some reads of Secrets are")


RULE: Final = about_policies(
    "policy-secret-read-unrecorded",
    faults,
    Severity.HYGIENE,
    what="Some read of a Secret by an ordinary user leaves nothing in the log.",
    why="Reading a Secret is using a credential. Without the entry nobody knows who has it.",
    wrong="""\
- level: Metadata
  resources:
  - group: ""
    resources: [pods/exec, pods/attach, pods/portforward, pods/proxy, services/proxy, nodes/proxy]
- level: None
  verbs: [get, list, watch]
- level: Metadata
""",
    right="""\
- level: Metadata
  resources:
  - group: ""
    resources: [pods/exec, pods/attach, pods/portforward, pods/proxy, services/proxy, nodes/proxy, secrets]
- level: None
  verbs: [get, list, watch]
- level: Metadata
""",
    sources=("NSA/CISA Kubernetes Hardening Guide: audit logging",),
)
