"""A hostPath type that does not go with a policy file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Related, Severity
from auditstrap.observed.model import ApiServer, Volume
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.mounts import brings_only
from auditstrap.rules.support.rule import Context, Rule

_EFFECTS: Final = {
    "FileOrCreate": "the kubelet makes an empty file where it is missing, and kube-apiserver does not start with that",
    "DirectoryOrCreate": "where it is missing the kubelet makes a directory, and where it is there refuses the Pod",
    "Directory": "the kubelet refuses the Pod, because it is a file",
    "": "a missing file is not noticed, and container runtimes make a directory of it",
}
_OTHER: Final = "the kubelet refuses the Pod, because it is a plain file"


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the mount of the policy, or of a folder around it, has a type of something else."""
    del context
    path, flag = server.policy_path(), server.flag("audit-policy-file")
    mount = server.mount_of(path) if path else None
    volume = mount.volume if mount else None
    if path is None or flag is None or mount is None or volume is None or volume.source != "hostPath" or mount.sub_path:
        return
    if brings_only(mount, path):
        if volume.path_type != "File":
            yield _fault(volume, Related(flag.value_place, "the policy is given here"), path)
    elif volume.path_type in {"File", "FileOrCreate"}:
        message = (
            f"{mount.path} is a folder around the policy, and its type is {volume.path_type}; Directory is allowed"
        )
        yield Fault(Severity.FATAL, volume.path_type_place or volume.place, message)


def _fault(volume: Volume, related: Related, path: str) -> Fault:
    kind = volume.path_type or ""
    severity = Severity.FATAL if kind else Severity.HYGIENE
    found = f"has the type {kind}" if kind else "has no type"
    message = f"the volume of the file {path} {found}: {_EFFECTS.get(kind, _OTHER)}; File is allowed"
    place = volume.path_type_place or volume.place
    given = volume.path_type_place if kind else None
    fix = Fix("give it the type File", (Edit(given, "File"),)) if given and given.inner_line is None else None
    return Fault(severity, place, message, (related,), fix)


RULE: Final = Rule(
    id="policy-mount-type",
    of=ApiServer,
    severities=(Severity.FATAL, Severity.HYGIENE),
    check=check,
    what="The hostPath volume of the policy file has a type other than File.",
    why="With File the kubelet says that the policy is missing. Any other type makes something in its "
    "place, or refuses the Pod.",
    wrong=changed(KUBEADM, "pathType: File", "pathType: FileOrCreate"),
    right=KUBEADM,
    sources=("k8s.io/kubernetes/pkg/volume/hostpath/host_path.go: checkType",),
)
