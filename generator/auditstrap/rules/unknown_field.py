"""A key that is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import POD, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each key around flags and mounts that its reader does not know."""
    del context
    for field in server.unknown_fields:
        hint = f'; did you mean "{field.meant}"?' if field.meant else ""
        message = f"{quoted(field.name)} is no field of {field.owner} and is dropped{hint}"
        fix = Fix(f"name it {field.meant}", (Edit(field.place, field.meant),), safe=False) if field.meant else None
        yield Fault(Severity.HYGIENE, field.place, message, fix=fix if field.place.inner_line is None else None)


RULE: Final = Rule(
    id="unknown-field",
    of=ApiServer,
    severities=(Severity.HYGIENE,),
    check=check,
    what="A key of a mount, a volume or kubeadm's apiServer that the kubelet or kubeadm does not know.",
    why="It is dropped with at most a warning, and what it was meant to say holds no more.",
    wrong=changed(
        POD,
        "      mountPath: /var/log/kubernetes/audit\n",
        "      mountPath: /var/log/kubernetes/audit\n      readonly: false\n",
    ),
    right=POD,
    sources=("k8s.io/kubernetes/pkg/kubelet/config/common.go", "k8s.io/kubernetes/cmd/kubeadm/app/util/config/strict"),
)
