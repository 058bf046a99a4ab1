"""A kubeconfig of the webhook that is not in the container."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.observed.webhooks import certificates
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.mounts import nearest
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """One fault where no mount brings the kubeconfig, or else for each certificate that it names."""
    del context
    flag = server.flag("audit-webhook-config-file")
    if flag is None or not flag.value or not flag.value.startswith("/"):
        return
    path = posixpath.normpath(flag.value)
    if not server.mount_of(path) and not server.may_be_mounted(path):
        near = nearest(server, path)
        related = (Related(near.place, f"this one is mounted at {near.path}"),) if near else ()
        message = (
            f"{path} lies under no mount, so kube-apiserver does not find the webhook's kubeconfig and does not start"
        )
        yield Fault(Severity.FATAL, flag.value_place, message, related)
        return
    for named, place in certificates(server, path):
        if not server.mount_of(named) and not server.may_be_mounted(named):
            message = f"{named}, which the webhook's kubeconfig names, lies under no mount of kube-apiserver"
            yield Fault(Severity.FATAL, place, message, (Related(flag.value_place, "the kubeconfig is given here"),))


_FLAG: Final = "  - name: audit-webhook-config-file\n    value: {}\n  - name: audit-log-maxage\n"

RULE: Final = Rule(
    id="webhook-config-not-mounted",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="The webhook's kubeconfig, or a certificate that it names, lies under no volume mount of kube-apiserver.",
    why="kube-apiserver ends with `initializing audit webhook`, over and over.",
    wrong=changed(KUBEADM, "  - name: audit-log-maxage\n", _FLAG.format("/etc/kubernetes/webhook/audit.conf")),
    right=changed(KUBEADM, "  - name: audit-log-maxage\n", _FLAG.format("/etc/kubernetes/pki/audit.conf")),
    sources=("k8s.io/apiserver/pkg/server/options/audit.go: newUntruncated",),
)
