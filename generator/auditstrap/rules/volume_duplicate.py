"""Volumes and mounts that meet."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from auditstrap.embedded import Place
from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule

KUBEADM_VOLUMES: Final = {
    "k8s-certs": "/etc/kubernetes/pki",
    "ca-certs": "/etc/ssl/certs",
    "etc-pki": "/etc/pki",
    "etc-pki-ca-trust": "/etc/pki/ca-trust",
    "etc-pki-tls-certs": "/etc/pki/tls/certs",
    "etc-ca-certificates": "/etc/ca-certificates",
    "usr-share-ca-certificates": "/usr/share/ca-certificates",
    "usr-local-share-ca-certificates": "/usr/local/share/ca-certificates",
}
"""The volumes that kubeadm gives kube-apiserver itself, and their paths (``controlplane/volumes.go``)."""

_ALWAYS: Final = ("k8s-certs", "ca-certs")


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each name and each path that is taken twice, and for each volume of kubeadm's that is replaced."""
    del context
    names = [(volume.name, volume.name_place or volume.place) for volume in server.volumes if volume.name]
    yield from _repeated(
        names, "the volume name", "the Pod is refused" if not server.by_kubeadm else "the later one wins"
    )
    paths = [(posixpath.normpath(mount.path), mount.place) for mount in server.mounts if mount.path.startswith("/")]
    yield from _repeated(paths, "the mount path", "the Pod is refused")
    yield from _against_kubeadm(server) if server.by_kubeadm else ()


def _against_kubeadm(server: ApiServer) -> Iterator[Fault]:
    for mount in server.mounts:
        path, volume = posixpath.normpath(mount.path), mount.volume
        own = KUBEADM_VOLUMES.get(mount.name)
        if own is not None and path != own and volume is not None:
            message = (
                f"{quoted(volume.name)} is the name of a volume of kubeadm's own, which this one "
                "replaces; another name is allowed"
            )
            yield Fault(Severity.FATAL, volume.name_place or volume.place, message)
        for name in _ALWAYS:
            if own is None and path == KUBEADM_VOLUMES[name]:
                message = f"kubeadm mounts {path} itself, so it is mounted twice, and the Pod is refused"
                yield Fault(Severity.FATAL, mount.place, message)


def _repeated(values: list[tuple[str, Place]], what: str, effect: str) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for value, place in values:
        if value in first:
            related = (Related(first[value], "the first one stands here"),)
            yield Fault(Severity.FATAL, place, f"{what} {quoted(value)} is taken twice, and {effect}", related)
        first.setdefault(value, place)


RULE: Final = Rule(
    id="volume-duplicate",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="Two volumes have one name, two mounts have one path, or an extraVolume has the name of one of kubeadm's own.",
    why="The kubelet refuses such a Pod. kubeadm keeps only one of two extraVolumes of a name, and gives "
    "up its own certificates for one.",
    wrong=changed(KUBEADM, "name: audit-log\n    hostPath", "name: audit-policy\n    hostPath"),
    right=KUBEADM,
    sources=(
        "k8s.io/kubernetes/pkg/apis/core/validation/validation.go: ValidateVolumes",
        "k8s.io/kubernetes/cmd/kubeadm/app/phases/controlplane/volumes.go: AddExtraHostPathMounts",
    ),
)
