"""A kube-apiserver without auditing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where no audit flag is given at all."""
    del context
    if not server.partial and not server.audits:
        message = "no audit flag is given, so kube-apiserver records nothing; a policy and a log or webhook are needed"
        yield Fault(Severity.BLIND, server.place, message)


RULE: Final = Rule(
    id="no-audit",
    of=ApiServer,
    severities=(Severity.BLIND,),
    check=check,
    what="A kube-apiserver is configured with no audit flag at all.",
    why="Without a policy and a backend kube-apiserver records nothing of what is done to the cluster, "
    "and says nothing of that.",
    wrong="apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.0\n",
    right=KUBEADM,
    sources=(
        "k8s.io/apiserver/pkg/server/options/audit.go: ApplyTo",
        "k8s.io/apiserver/pkg/endpoints/filters/audit.go: WithAudit",
    ),
)
