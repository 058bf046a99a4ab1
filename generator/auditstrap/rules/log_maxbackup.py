"""The number of rotated logs that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rotation import bound, rotation
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where too few are kept, or all of them."""
    found, least = rotation(server, context, "audit-log-maxbackup"), context.thresholds.maxbackup
    if found is None or found.value >= least:
        return
    if found.value:
        message = (
            f"audit-log-maxbackup keeps {found.value} rotated logs{bound(server, context)}; {least} or "
            "more are required"
        )
        yield Fault(Severity.LOSS, found.place, message)
    else:
        given = "is 0" if found.given else "is not given"
        message = (
            f"audit-log-maxbackup {given}, so every rotated log is kept and the disk fills; {least} or more is required"
        )
        yield Fault(Severity.LOSS, found.place, message)


RULE: Final = Rule(
    id="log-maxbackup",
    of=ApiServer,
    severities=(Severity.LOSS,),
    check=check,
    what="audit-log-maxbackup keeps fewer than 10 rotated logs, or all of them for ever.",
    why="Too few are overwritten within hours of load; without a bound the log fills the disk of the "
    "control plane, and writing ends.",
    wrong=changed(KUBEADM, '"10"', '"2"'),
    right=KUBEADM,
    sources=("CIS Kubernetes Benchmark: audit-log-maxbackup", "k8s.io/apiserver/pkg/server/options/audit.go"),
)
