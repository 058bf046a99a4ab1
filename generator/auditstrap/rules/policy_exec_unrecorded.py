"""Ways into containers, or past the API server, that leave nothing in the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.meaning import about_policies
from auditstrap.rules.support.missed import missed


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Ways into containers, or past the API server, that leave nothing in the log."""
    return missed(judged, "exec", Severity.BLIND, "some ways into containers are")


RULE: Final = about_policies(
    "policy-exec-unrecorded",
    faults,
    Severity.BLIND,
    what=(
        "Some exec, attach, port-forward, proxy or ephemeral-container request of an ordinary user "
        "leaves nothing in the log, over POST or over GET."
    ),
    why=(
        "This is how somebody gets into a container or past the API server. A websocket is a GET, and "
        "kubectl uses one since 1.30: a rule that drops reads drops it too."
    ),
    wrong="""\
- level: Metadata
  resources:
  - group: ""
    resources: [secrets]
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
    sources=(
        "k8s.io/kubernetes/pkg/registry/core/pod/rest/subresources.go: ConnectMethods",
        "CIS Kubernetes Benchmark 3.2.2",
    ),
)
