"""A backend without a policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, without
from auditstrap.rules.support.rule import Context, Rule

_BACKENDS: Final = ("audit-log-path", "audit-webhook-config-file")


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where a log or a webhook is given and no policy file."""
    del context
    backend = next((flag for name in _BACKENDS if (flag := server.flag(name))), None)
    flag = server.flag("audit-policy-file")
    empty = flag is not None and flag.value == ""
    if backend and (empty or not server.means("audit-policy-file")) and not server.partial:
        message = f"{backend.name} is given without audit-policy-file; nothing is recorded without a policy"
        yield Fault(Severity.BLIND, flag.place if flag else backend.place, message)


RULE: Final = Rule(
    id="no-policy",
    of=ApiServer,
    severities=(Severity.BLIND,),
    check=check,
    what="An audit log or webhook is configured, and no policy.",
    why="kube-apiserver starts, makes an empty log file and records nothing: the policy says what is "
    "written, and there is none.",
    wrong=without(KUBEADM, "audit-policy-file", "value: /etc/kubernetes/audit/policy.yaml"),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/server/options/audit.go: ApplyTo",),
)
