"""The size at which the log is rotated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rotation import bound, rotation
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where files are rotated too early, or never."""
    found, least = rotation(server, context, "audit-log-maxsize"), context.thresholds.maxsize
    if found is None or found.value >= least:
        return
    if found.value:
        message = (
            f"audit-log-maxsize rotates at {found.value} MiB{bound(server, context)}; {least} MiB or more are required"
        )
        yield Fault(Severity.LOSS, found.place, message)
    elif found.zero_is_unbounded:
        message = (
            "audit-log-maxsize is 0, which from 1.36 means no rotation at all, and the disk fills; "
            f"{least} or more is required"
        )
        yield Fault(Severity.LOSS, found.place, message)


RULE: Final = Rule(
    id="log-maxsize",
    of=ApiServer,
    severities=(Severity.LOSS,),
    check=check,
    what="audit-log-maxsize rotates below 100 MiB or, from 1.36, with 0 never.",
    why="Small files together with a bounded number of them keep little; a file that is never rotated fills the disk.",
    wrong=changed(KUBEADM, '"100"', '"5"'),
    right=KUBEADM,
    sources=("CIS Kubernetes Benchmark: audit-log-maxsize", "k8s.io/apiserver/pkg/server/options/audit.go"),
)
