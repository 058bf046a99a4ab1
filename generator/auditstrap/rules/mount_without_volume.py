"""A mount of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.problems import near, quoted
from auditstrap.rules.support.examples import POD, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each mount whose volume the Pod does not have."""
    del context
    names = [volume.name for volume in server.volumes]
    for mount in server.mounts:
        if mount.volume is None and mount.name and not server.partial:
            meant = near(mount.name, names)
            hint = f'; did you mean "{meant}"?' if meant else ""
            yield Fault(Severity.FATAL, mount.place, f"no volume of the Pod has the name {quoted(mount.name)}{hint}")


RULE: Final = Rule(
    id="mount-without-volume",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="A volumeMount names a volume that the Pod does not have.",
    why="The kubelet refuses the Pod, and no kube-apiserver starts.",
    wrong=changed(POD, "    - name: audit-log\n", "    - name: audit-logs\n"),
    right=POD,
    sources=("k8s.io/kubernetes/pkg/apis/core/validation/validation.go: ValidateVolumeMounts",),
)
