"""A log that is written in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the log's mode is batch."""
    del context
    flag = server.flag("audit-log-mode")
    if flag is not None and flag.value == "batch" and server.has_log():
        message = "audit-log-mode batch drops events while its buffer is full; blocking, the default, does not"
        yield Fault(Severity.HYGIENE, flag.value_place, message)


RULE: Final = Rule(
    id="batch-drops-events",
    of=ApiServer,
    severities=(Severity.HYGIENE,),
    check=check,
    what="The log is written in batch mode.",
    why="A full buffer drops events, and what is in it is lost when the process ends: under load, when "
    "it matters most.",
    wrong=changed(
        KUBEADM,
        "  - name: audit-log-maxage\n",
        "  - name: audit-log-mode\n    value: batch\n  - name: audit-log-maxage\n",
    ),
    right=KUBEADM,
    sources=("k8s.io/apiserver/plugin/pkg/audit/buffered/buffered.go",),
)
