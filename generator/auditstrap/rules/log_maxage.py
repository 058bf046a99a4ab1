"""The days for which rotated logs are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rotation import rotation
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the age is too low, or has no bound."""
    found, least = rotation(server, context, "audit-log-maxage"), context.thresholds.maxage
    if found is None or found.value >= least:
        return
    if found.value:
        message = f"audit-log-maxage deletes rotated logs after {found.value} days; {least} or more are required"
        yield Fault(Severity.LOSS, found.place, message)
    else:
        given = "is 0" if found.given else "is not given"
        message = (
            f"audit-log-maxage {given}, so age deletes nothing and only maxbackup bounds the log; {least} "
            "or more is usual"
        )
        yield Fault(Severity.HYGIENE, found.place, message)


RULE: Final = Rule(
    id="log-maxage",
    of=ApiServer,
    severities=(Severity.LOSS, Severity.HYGIENE),
    check=check,
    what="audit-log-maxage keeps rotated logs for less than 30 days, or does not bound their age.",
    why="An intrusion is often found weeks later; what was recorded must still be there. Below 1.36 the "
    "default bounds nothing.",
    wrong=changed(KUBEADM, '"30"', '"7"'),
    right=KUBEADM,
    sources=("CIS Kubernetes Benchmark: audit-log-maxage", "k8s.io/apiserver/pkg/server/options/audit.go"),
)
