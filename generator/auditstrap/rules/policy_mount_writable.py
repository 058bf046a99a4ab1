"""A policy that kube-apiserver could change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Related, Severity
from auditstrap.observed.model import ApiServer, MountPoint
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the policy's mount is not read-only."""
    del context
    path, flag = server.policy_path(), server.flag("audit-policy-file")
    mount = server.mount_of(path) if path else None
    if mount is None or flag is None or mount.read_only is not False or (mount.volume is None):
        return
    if mount.volume.source in {"configMap", "secret", "projected", "downwardAPI"}:
        return
    message = f"the mount at {mount.path} brings the policy and is not readOnly; kube-apiserver only reads it"
    related = (Related(flag.value_place, "the policy is given here"),)
    yield Fault(Severity.HYGIENE, mount.read_only_place or mount.place, message, related, _fix(server, mount))


def _fix(server: ApiServer, mount: MountPoint) -> Fix | None:
    """Only where ``false`` stands: another mount of the log would have to stay writable."""
    log = server.log_path()
    if mount.read_only_place is None or mount.read_only_place.inner_line is not None or (log and mount.covers(log)):
        return None
    return Fix("make the mount readOnly", (Edit(mount.read_only_place, "true"),))


RULE: Final = Rule(
    id="policy-mount-writable",
    of=ApiServer,
    severities=(Severity.HYGIENE,),
    check=check,
    what="The mount that brings the policy is not readOnly.",
    why="A kube-apiserver that was taken over could change what is recorded from its next start on.",
    wrong=changed(KUBEADM, "readOnly: true", "readOnly: false"),
    right=KUBEADM,
    sources=("kubernetes.io: Auditing, Log backend",),
)
