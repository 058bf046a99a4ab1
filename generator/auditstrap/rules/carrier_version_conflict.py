"""Files of one cluster that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.bundles import Together
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import CLOUD_CONFIG, KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule

_PATHS: Final = ("audit-policy-file", "audit-log-path", "audit-webhook-config-file")


def check(together: Together, context: Context) -> Iterator[Fault]:
    """A fault where a kubeadm file and its copy on the node differ in the minor or in a path."""
    del context
    alone = [server for server in together.servers if not server.path and server.carrier == "ClusterConfiguration"]
    copies = [server for server in together.servers if server.path and server.carrier == "ClusterConfiguration"]
    for server in alone if len(alone) == 1 else ():
        for copy in copies:
            yield from _differences(server, copy)


def _differences(server: ApiServer, copy: ApiServer) -> Iterator[Fault]:
    if server.minor and copy.minor and server.minor != copy.minor and server.version_place and copy.version_place:
        message = f"this file is for Kubernetes 1.{copy.minor}, and the kubeadm file beside it for 1.{server.minor}"
        yield Fault(Severity.FATAL, copy.version_place, message, (Related(server.version_place, "the other version"),))
    for name in _PATHS:
        one, other = server.flag(name), copy.flag(name)
        if one and other and one.value and other.value and one.value != other.value:
            message = f"{name} is {other.value} here, and {one.value} in the kubeadm file beside it"
            yield Fault(Severity.FATAL, other.value_place, message, (Related(one.value_place, "the other path"),))


RULE: Final = Rule(
    id="carrier-version-conflict",
    of=Together,
    severities=(Severity.FATAL,),
    check=check,
    what="A kubeadm file and the copy of it that a cloud-config beside it delivers name another "
    "Kubernetes minor or another path.",
    why="Which of them is used depends on how the node is made; the other's flags, mounts and files then do not fit.",
    wrong={"kubeadm.yaml": changed(KUBEADM, "v1.36.0", "v1.34.0"), "cloud-config.yaml": CLOUD_CONFIG},
    right={"kubeadm.yaml": KUBEADM, "cloud-config.yaml": CLOUD_CONFIG},
    sources=("k8s.io/kubernetes/cmd/kubeadm/app/util/config/initconfiguration.go",),
)
