"""A policy that nothing puts on the node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer, DeliveredFile, Delivery
from auditstrap.paths import mounted_by_kubeadm
from auditstrap.rules.support.examples import CONTROL_PLANE, changed
from auditstrap.rules.support.mounts import likeness
from auditstrap.rules.support.rule import Context, Rule

_NEAR: Final = 0.6


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where a carrier delivers files, and none at the host path of the policy."""
    del context
    path, flag, delivery = server.policy_path(), server.flag("audit-policy-file"), server.delivery
    mount = server.mount_of(path) if path else None
    host = mount.host_path(path) if mount and path else None
    if path is None or flag is None or delivery is None or mount is None or host is None:
        return
    if delivery.provides(host) or mounted_by_kubeadm(host):
        return
    near = _near(delivery, host)
    related = [Related(mount.place, f"{host} of the node is mounted here")]
    related += [Related(near.path_place, f"this file is written to {near.path}")] if near else []
    message = f"nothing puts the policy at {host} of the node"
    hint = f"; did you mean {near.path}?" if near else ", so kube-apiserver does not start"
    yield Fault(Severity.FATAL, near.path_place if near else flag.value_place, message + hint, tuple(related))


def _near(delivery: Delivery, host: str) -> DeliveredFile | None:
    """The delivered file that is a policy, or whose path is near."""
    policies = [file for file in delivery.files if file.text and "audit.k8s.io" in file.text.content]
    scored = [(likeness(file.path, host), file) for file in policies or delivery.files]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and (policies or best[0] >= _NEAR) else None


RULE: Final = Rule(
    id="policy-file-missing",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="A carrier that delivers files to the node delivers none at the host path that is mounted for the policy.",
    why="The kubelet refuses the Pod because the file is missing, or kube-apiserver does not find its "
    "policy; the node never comes up.",
    wrong=changed(CONTROL_PLANE, "- path: /etc/kubernetes/audit/policy.yaml", "- path: /etc/kubernetes/policy.yaml"),
    right=CONTROL_PLANE,
    sources=("k8s.io/kubernetes/pkg/volume/hostpath/host_path.go: checkType", "kubernetes/kops issue 15489"),
)
