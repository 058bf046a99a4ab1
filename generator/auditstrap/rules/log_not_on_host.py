"""A log that ends with its container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.mounts import nearest, source_of
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the log is in the container's own layer or on an emptyDir."""
    del context
    path, flag = server.log_path(), server.flag("audit-log-path")
    if path is None or flag is None or path.startswith("/dev/std"):
        return
    mount = server.mount_of(path)
    if mount is None and not server.may_be_mounted(path):
        near = nearest(server, path)
        related = (Related(near.place, f"this one is mounted at {near.path}"),) if near else ()
        message = (
            f"{path} lies under no mount: the log stays in the container and ends with it; a hostPath volume keeps it"
        )
        yield Fault(Severity.LOSS, flag.value_place, message, related)
    elif mount is not None and mount.volume is not None and source_of(mount) == "emptyDir":
        message = f"{path} lies on an emptyDir, which ends with the Pod; a hostPath volume keeps the log"
        related = (Related(flag.value_place, "the log is given here"),)
        yield Fault(Severity.LOSS, mount.volume.place, message, related)


RULE: Final = Rule(
    id="log-not-on-host",
    of=ApiServer,
    severities=(Severity.LOSS,),
    check=check,
    what="The path of audit-log-path lies under no hostPath mount.",
    why="What was recorded is gone with the next restart of kube-apiserver, and until then fills the "
    "node's disk unseen.",
    wrong=changed(KUBEADM, "mountPath: /var/log/kubernetes/audit", "mountPath: /var/log/kube-audit"),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/server/options/audit.go: ensureLogFile", "kubernetes.io: Auditing, Log backend"),
)
