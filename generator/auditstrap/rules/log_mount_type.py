"""A hostPath type that does not go with the log's directory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.mounts import brings_only, source_of
from auditstrap.rules.support.rule import Context, Rule

_FOR_DIRECTORIES: Final = ("DirectoryOrCreate", "Directory", "")


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the volume around the log is of something else than a directory."""
    del context
    path, flag = server.log_path(), server.flag("audit-log-path")
    mount = server.mount_of(path) if path else None
    volume = mount.volume if mount else None
    if path is None or mount is None or volume is None or flag is None or source_of(mount) != "hostPath":
        return
    if brings_only(mount, path) or mount.sub_path or volume.path_type in _FOR_DIRECTORIES:
        return
    place = volume.path_type_place or volume.place
    message = (
        f"{mount.path} is the directory of the log, and its type is {volume.path_type}; DirectoryOrCreate is allowed"
    )
    fix = Fix("give it the type DirectoryOrCreate", (Edit(place, "DirectoryOrCreate"),))
    related = (Related(flag.value_place, "the log is given here"),)
    yield Fault(Severity.FATAL, place, message, related, fix if place.inner_line is None else None)


RULE: Final = Rule(
    id="log-mount-type",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="The hostPath volume of the log's directory has a type of files.",
    why="The kubelet refuses the Pod because a directory is no file, or makes a file where the directory should be.",
    wrong=changed(KUBEADM, "DirectoryOrCreate", "FileOrCreate"),
    right=KUBEADM,
    sources=("k8s.io/kubernetes/pkg/volume/hostpath/host_path.go: checkType",),
)
