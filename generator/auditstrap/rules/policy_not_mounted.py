"""A policy that is not in the container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.mounts import nearest
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where no mount brings the policy."""
    del context
    path, flag = server.policy_path(), server.flag("audit-policy-file")
    if path is None or flag is None or server.mount_of(path) or server.may_be_mounted(path):
        return
    near = nearest(server, path)
    related = (Related(near.place, f"this one is mounted at {near.path}"),) if near else ()
    message = f"{path} lies under no mount, so kube-apiserver does not find its policy and does not start"
    yield Fault(Severity.FATAL, flag.value_place, message, related)


RULE: Final = Rule(
    id="policy-not-mounted",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="The path of audit-policy-file lies under no volume mount of kube-apiserver.",
    why="The file is on the host and not in the container: kube-apiserver ends with `no such file or "
    "directory`, over and over.",
    wrong=changed(KUBEADM, "mountPath: /etc/kubernetes/audit/policy.yaml", "mountPath: /etc/kubernetes/policy.yaml"),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/audit/policy/reader.go: LoadPolicyFromFile", "kubernetes/website issue 9760"),
)
