"""A log directory that cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Related, Severity
from auditstrap.observed.model import ApiServer, MountPoint
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the mount of the log is read-only."""
    del context
    path, flag = server.log_path(), server.flag("audit-log-path")
    mount = server.mount_of(path) if path else None
    if mount is not None and flag is not None and mount.read_only:
        message = (
            f"the mount at {mount.path} is readOnly and the log lies on it: kube-apiserver cannot open it "
            "and does not start"
        )
        related = (Related(flag.value_place, "the log is given here"),)
        yield Fault(Severity.FATAL, mount.read_only_place or mount.place, message, related, _fix(server, mount))


def _fix(server: ApiServer, mount: MountPoint) -> Fix | None:
    policy, place = server.policy_path(), mount.read_only_place
    if place is None or place.inner_line is not None or (policy and server.mount_of(policy) == mount):
        return None
    return Fix("make the mount writable", (Edit(place, "false"),))


RULE: Final = Rule(
    id="log-mount-read-only",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="The mount on which the log lies is readOnly.",
    why="kube-apiserver opens the log when it starts and ends with `read-only file system`.",
    wrong=changed(KUBEADM, "readOnly: false", "readOnly: true"),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/server/options/audit.go: ensureLogFile",),
)
