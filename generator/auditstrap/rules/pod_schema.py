"""A static Pod that is no Pod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import StaticPod
from auditstrap.observed.pod_schema import violations
from auditstrap.rules.support.examples import POD, changed
from auditstrap.rules.support.rule import Context, Rule


def check(pod: StaticPod, context: Context) -> Iterator[Fault]:
    """A fault for each value that the schema of the minor refuses."""
    for violation in violations(pod, context.minor_of(pod.minor)):
        yield Fault(Severity.FATAL, violation.place, violation.message)


RULE: Final = Rule(
    id="pod-schema",
    of=StaticPod,
    severities=(Severity.FATAL,),
    check=check,
    what="A manifest of kube-apiserver that the Pod schema of its minor refuses, or with a volume name "
    "that is no DNS label.",
    why="The kubelet cannot read it: no kube-apiserver starts, and only the kubelet's log says why.",
    wrong=changed(POD, "readOnly: true", 'readOnly: "true"'),
    right=POD,
    sources=("k8s.io/kubernetes/api/openapi-spec/swagger.json", "k8s.io/kubernetes/pkg/kubelet/config/common.go"),
)
