"""The legacy format of the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the log is written as single lines without most fields."""
    del context
    flag = server.flag("audit-log-format")
    if flag is not None and flag.value == "legacy" and server.has_log():
        message = (
            "audit-log-format legacy writes neither bodies nor annotations, source addresses nor times "
            "of stages; json does"
        )
        yield Fault(Severity.LOSS, flag.value_place, message)


RULE: Final = Rule(
    id="log-format-legacy",
    of=ApiServer,
    severities=(Severity.LOSS,),
    check=check,
    what="The log is written in the legacy format.",
    why="Its lines have a dozen fields; requests, responses, annotations and all but one address are "
    "dropped whatever the policy says.",
    wrong=changed(
        KUBEADM,
        "  - name: audit-log-maxage\n",
        "  - name: audit-log-format\n    value: legacy\n  - name: audit-log-maxage\n",
    ),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/audit/format.go",),
)
