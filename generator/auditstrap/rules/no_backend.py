"""A policy without a backend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, without
from auditstrap.rules.support.rule import Context, Rule

_BACKENDS: Final = ("audit-log-path", "audit-webhook-config-file")


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where a policy is given, and neither a log nor a webhook."""
    del context
    policy = server.flag("audit-policy-file")
    meant = any(server.means(name) and server.value(name) != "" for name in _BACKENDS)
    if policy and policy.value != "" and not meant and not server.partial:
        message = (
            "audit-policy-file is given without audit-log-path or audit-webhook-config-file; nothing is "
            "written anywhere"
        )
        yield Fault(Severity.BLIND, policy.place, message)


RULE: Final = Rule(
    id="no-backend",
    of=ApiServer,
    severities=(Severity.BLIND,),
    check=check,
    what="An audit policy is configured, and neither a log nor a webhook.",
    why="The policy is loaded and decides, and its events go nowhere.",
    wrong=without(KUBEADM, "audit-log-path", "value: /var/log/kubernetes/audit/audit.log"),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/endpoints/filters/audit.go: WithAudit",),
)
