"""A file of a carrier that is no YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import Broken
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(broken: Broken, context: Context) -> Iterator[Fault]:
    """One fault where reading ends."""
    del context
    yield Fault(Severity.FATAL, broken.place, f"this {broken.kind} is not YAML: {broken.message}")


RULE: Final = Rule(
    id="file-syntax",
    of=Broken,
    severities=(Severity.FATAL,),
    check=check,
    what="A file for the kubelet, kubeadm, cloud-init, Cluster API or kind is not YAML.",
    why="Its reader refuses it as a whole, or ignores it: nothing that it says happens.",
    wrong=changed(KUBEADM, "  extraArgs:\n", "  extraArgs:\n\t"),
    right=KUBEADM,
    sources=("sigs.k8s.io/yaml", "cloudinit/util.py: load_yaml"),
)
