"""An audit log that goes to the container's standard output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule

_STDOUT: Final = ("-", "/dev/stdout", "/dev/stderr")
_ROTATION: Final = ("audit-log-maxage", "audit-log-maxbackup", "audit-log-maxsize")


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the log is no file; flags of rotation are void then."""
    del context
    path = server.flag("audit-log-path")
    if path is not None and path.value in _STDOUT:
        void = [flag for name in _ROTATION if (flag := server.flag(name))]
        message = (
            f"audit-log-path is {path.value}: the kubelet's rotation of container logs decides how long "
            "events are kept; a file is allowed"
        )
        yield Fault(
            Severity.LOSS, path.value_place, message, tuple(Related(f.place, f"{f.name} is void") for f in void)
        )


RULE: Final = Rule(
    id="log-to-stdout",
    of=ApiServer,
    severities=(Severity.LOSS,),
    check=check,
    what="The audit log goes to standard output.",
    why="Rotation flags are void there; the kubelet keeps 5 files of 10 MiB by default, mixed with the "
    "server's own messages.",
    wrong=changed(KUBEADM, "/var/log/kubernetes/audit/audit.log", '"-"'),
    right=KUBEADM,
    sources=(
        "k8s.io/apiserver/pkg/server/options/audit.go: getWriter",
        "kubelet: containerLogMaxSize, containerLogMaxFiles",
    ),
)
