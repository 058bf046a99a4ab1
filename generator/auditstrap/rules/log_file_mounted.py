"""A log file that is mounted by itself."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.mounts import brings_only, source_of
from auditstrap.rules.support.rotation import rotation
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the mount is of the very file, and the file is rotated."""
    path, flag = server.log_path(), server.flag("audit-log-path")
    mount = server.mount_of(path) if path else None
    if path is None or mount is None or flag is None or not brings_only(mount, path) or source_of(mount) == "emptyDir":
        return
    size = rotation(server, context, "audit-log-maxsize")
    if size is not None and size.value == 0 and size.zero_is_unbounded:
        return
    folder = posixpath.dirname(path)
    message = (
        "the log file itself is mounted, and rotation cannot rename what is mounted: events are lost "
        f"from then on; mount {folder}"
    )
    yield Fault(Severity.LOSS, mount.place, message, (Related(flag.value_place, "the log is given here"),))


RULE: Final = Rule(
    id="log-file-mounted",
    of=ApiServer,
    severities=(Severity.LOSS,),
    check=check,
    what="The log file is mounted instead of its directory.",
    why="Rotation renames the file, which fails with `device or resource busy` on a mount; every event "
    "after that is dropped.",
    wrong=changed(
        changed(KUBEADM, "mountPath: /var/log/kubernetes/audit", "mountPath: /var/log/kubernetes/audit/audit.log"),
        "DirectoryOrCreate",
        "FileOrCreate",
    ),
    right=KUBEADM,
    sources=("github.com/natefinch/lumberjack: rotate", "kubernetes/website issue 30661", "kubernetes/kops issue 2670"),
)
