"""A webhook on which every request depends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where the webhook's mode is blocking-strict."""
    del context
    flag = server.flag("audit-webhook-mode")
    if flag is not None and flag.value == "blocking-strict" and server.has_webhook():
        message = (
            "audit-webhook-mode blocking-strict fails every API request while the webhook is "
            "unreachable; batch is the default"
        )
        yield Fault(Severity.HYGIENE, flag.value_place, message)


RULE: Final = Rule(
    id="webhook-blocking-strict",
    of=ApiServer,
    severities=(Severity.HYGIENE,),
    check=check,
    what="The webhook is called in mode blocking-strict.",
    why="The receiver becomes a part of the API server: when it fails, requests fail with 500, those "
    "that would repair it too.",
    wrong=changed(
        KUBEADM,
        "  - name: audit-log-maxage\n",
        "  - name: audit-webhook-config-file\n    value: /etc/kubernetes/pki/audit-webhook.conf\n"
        "  - name: audit-webhook-mode\n    value: blocking-strict\n  - name: audit-log-maxage\n",
    ),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/endpoints/filters/audit.go: processAuditEvent",),
)
