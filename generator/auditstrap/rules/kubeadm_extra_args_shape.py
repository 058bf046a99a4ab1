"""extraArgs in a shape that kubeadm does not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Severity
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for the list or the map as a whole, or for each value in it."""
    del context
    for wrong in server.misshapen:
        quotable = wrong.corrected is not None and wrong.place.inner_line is None
        fix = Fix("put it in quotes", (Edit(wrong.place, wrong.corrected or ""),)) if quotable else None
        yield Fault(Severity.FATAL, wrong.place, wrong.message, fix=fix)


RULE: Final = Rule(
    id="kubeadm-extra-args-shape",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="extraArgs is a map under v1beta4 or a list under an older API, has a value that is no string, "
    "or an entry without a name.",
    why="kubeadm cannot decode the file and ends before it does anything.",
    wrong=changed(KUBEADM, 'value: "30"', "value: 30"),
    right=KUBEADM,
    sources=(
        "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/v1beta3/types.go",
        "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go",
    ),
)
