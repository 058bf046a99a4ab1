"""A log that kube-apiserver may not write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM_V1BETA3, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where kubeadm runs kube-apiserver as a user of its own and the log is a file."""
    del context
    flag = server.flag("audit-log-path")
    if server.rootless is not None and flag is not None and server.log_path():
        message = (
            "RootlessControlPlane runs kube-apiserver as a user who may not write the log's directory; "
            "it does not start"
        )
        yield Fault(Severity.FATAL, server.rootless, message, (Related(flag.value_place, "the log is given here"),))


RULE: Final = Rule(
    id="rootless-log",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="kubeadm's RootlessControlPlane is on, and the audit log is a file.",
    why="kubeadm hands its keys to the user that it makes, and not the log's directory: opening the log is refused.",
    wrong=changed(KUBEADM_V1BETA3, "apiServer:\n", "featureGates:\n  RootlessControlPlane: true\napiServer:\n"),
    right=KUBEADM_V1BETA3,
    sources=("k8s.io/kubernetes/cmd/kubeadm/app/util/staticpod/utils_linux.go",),
)
