"""A value that kube-apiserver does not accept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.kubernetes.audit_flags import BY_NAME, AuditFlag
from auditstrap.observed.flag_values import refusal, size_refusal
from auditstrap.observed.model import ApiServer
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each value that does not parse, or that validation rejects where its backend is on."""
    del context
    for flag in server.flags:
        known = BY_NAME.get(flag.name)
        if known is None or flag.filled_in:
            continue
        if flag.value is None:
            if _misses(server, known):
                yield Fault(Severity.FATAL, flag.place, f"{flag.name} has no value; {_type(known)} is needed")
        elif wrong := refusal(known, flag.value, server):
            message = f"{flag.name} is {quoted(flag.value)}; {wrong}"
            yield Fault(Severity.FATAL, flag.value_place, message)
    for backend in ("log", "webhook"):
        if found := size_refusal(server, backend):
            flag, message = found
            yield Fault(Severity.FATAL, flag.value_place, message)


def _misses(server: ApiServer, known: AuditFlag) -> bool:
    return not server.by_kubeadm and known.type != "bool"


def _type(known: AuditFlag) -> str:
    return {"string": "a text", "duration": "a duration", "bool": "true or false"}.get(known.type, "a number")


RULE: Final = Rule(
    id="flag-value",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="A value of an audit flag that kube-apiserver rejects: no number where one is needed, a negative "
    "one, a word that is not allowed.",
    why="kube-apiserver ends with an error on its command line, and the kubelet restarts it for ever.",
    wrong=changed(KUBEADM, '"30"', '"30d"'),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/server/options/audit.go: Validate", "github.com/spf13/pflag: int.go, bool.go"),
)
