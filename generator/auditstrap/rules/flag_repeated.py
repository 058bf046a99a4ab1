"""The same flag twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer, GivenFlag, is_audit_flag
from auditstrap.rules.support.examples import POD, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each audit flag that is given again later."""
    del context
    last: dict[str, GivenFlag] = {flag.name: flag for flag in server.flags}
    for flag in server.flags:
        winner = last[flag.name]
        if flag is not winner and is_audit_flag(flag.name):
            message = f"{flag.name} is given again below, and the last one wins"
            shown = f"this {flag.name} counts" if winner.value is None else f"this one counts: {winner.value}"
            yield Fault(Severity.HYGIENE, flag.place, message, (Related(winner.place, shown),))


RULE: Final = Rule(
    id="flag-repeated",
    of=ApiServer,
    severities=(Severity.HYGIENE,),
    check=check,
    what="An audit flag is given more than once.",
    why="kube-apiserver takes the last one in silence, and kubeadm has sorted repeated extraArgs "
    "differently over its releases.",
    wrong=changed(POD, "    - --audit-log-maxage=30\n", "    - --audit-log-maxage=40\n    - --audit-log-maxage=30\n"),
    right=POD,
    sources=("github.com/spf13/pflag: flag.go", "kubernetes/kubeadm issue 3173"),
)
