"""Paths that are not absolute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule

_CONSEQUENCES: Final = {
    "audit-log-path": Severity.LOSS,
    "audit-policy-file": Severity.FATAL,
    "audit-webhook-config-file": Severity.FATAL,
}


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each path that depends on the working directory of the container."""
    del context
    for name, severity in _CONSEQUENCES.items():
        flag = server.flag(name)
        if flag is not None and flag.value and flag.value != "-" and not flag.value.startswith("/"):
            message = (
                f"{name} is {quoted(flag.value)}, relative to the container's working directory; an "
                "absolute path is allowed"
            )
            yield Fault(severity, flag.value_place, message)


RULE: Final = Rule(
    id="log-path-relative",
    of=ApiServer,
    severities=(Severity.FATAL, Severity.LOSS),
    check=check,
    what="The path of the log, the policy or the webhook's kubeconfig is relative.",
    why="It is taken from the container's working directory, where no mount of the host is: a policy is "
    "not found, a log is lost.",
    wrong=changed(KUBEADM, "value: /var/log/kubernetes/audit/audit.log", "value: audit.log"),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/server/options/audit.go: ensureLogFile",),
)
