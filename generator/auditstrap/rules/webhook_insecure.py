"""A webhook that anybody on the way can read or answer for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.observed.nodes import boolean, member, text_of
from auditstrap.observed.webhooks import clusters
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import CLOUD_CONFIG, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each cluster of the kubeconfig that is not https, or whose certificate is not verified."""
    del context
    for text, cluster in clusters(server):
        address, skipped = member(cluster, "server"), member(cluster, "insecure-skip-tls-verify")
        named = text_of(address) or ""
        if address is not None and named and not named.lower().startswith("https://"):
            message = f"events are sent to {quoted(named)} in the clear; an https:// address is allowed"
            yield Fault(Severity.LEAK, text.at(address), message)
        elif skipped is not None and boolean(skipped, absent=False):
            message = (
                "insecure-skip-tls-verify lets anybody on the way take the events; certificate-authority is allowed"
            )
            yield Fault(Severity.LEAK, text.at(skipped), message)


_KUBECONFIG: Final = """\
- path: /etc/kubernetes/pki/audit-webhook.conf
  permissions: "0600"
  content: |
    apiVersion: v1
    kind: Config
    clusters:
    - name: audit
      cluster:
        server: https://audit.example.com
    contexts:
    - name: audit
      context: {cluster: audit, user: ""}
    current-context: audit
runcmd:
"""
_FLAG: Final = "      - name: audit-webhook-config-file\n        value: /etc/kubernetes/pki/audit-webhook.conf\n"
_NEXT: Final = "      - name: audit-log-maxage\n"
_RIGHT: Final = changed(changed(CLOUD_CONFIG, "runcmd:\n", _KUBECONFIG), _NEXT, _FLAG + _NEXT)

RULE: Final = Rule(
    id="webhook-insecure",
    of=ApiServer,
    severities=(Severity.LEAK,),
    check=check,
    what="The webhook's kubeconfig has an http address, or turns the verification of certificates off.",
    why="Audit events name users, and may hold bodies; whoever stands on the way reads them, or takes "
    "them and answers well.",
    wrong=changed(_RIGHT, "https://audit", "http://audit"),
    right=_RIGHT,
    sources=("k8s.io/apiserver/plugin/pkg/audit/webhook/webhook.go",),
)
