"""A patch of kind's that never applies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import KindPatch
from auditstrap.rules.support.examples import KIND, changed
from auditstrap.rules.support.rule import Context, Rule

_GENERATED: Final = (("v1beta4", 36), ("v1beta3", 23), ("v1beta2", 15))
"""The API that kind writes, and its first minor (from kind 0.32)."""


def check(patch: KindPatch, context: Context) -> Iterator[Fault]:
    """One fault where kind generates the pinned version for no minor that may be meant."""
    generated = {_generated(minor) for minor in context.minors_of(patch.minor)}
    if patch.api and patch.api not in generated:
        allowed = " or ".join(sorted(generated))
        message = (
            f"kind writes {allowed} here and ignores a patch of {patch.api} in silence; without an "
            "apiVersion it always applies"
        )
        yield Fault(Severity.BLIND, patch.place, message)


def _generated(minor: int) -> str:
    return next((api for api, first in _GENERATED if minor >= first), "v1beta1")


RULE: Final = Rule(
    id="kind-patch-pinned",
    of=KindPatch,
    severities=(Severity.BLIND,),
    check=check,
    what="A kubeadmConfigPatches entry names an API version that kind does not write for this Kubernetes.",
    why="kind applies a patch only to a document of the same version, and says nothing of one that is left over.",
    wrong=changed(
        changed(
            KIND,
            "  kind: ClusterConfiguration\n",
            "  apiVersion: kubeadm.k8s.io/v1beta2\n  kind: ClusterConfiguration\n",
        ),
        "- role: control-plane\n",
        "- role: control-plane\n  image: kindest/node:v1.34.0\n",
    ),
    right=KIND,
    sources=(
        "sigs.k8s.io/kind/pkg/internal/patch/kubeadm_merge.go",
        "sigs.k8s.io/kind/pkg/cluster/internal/kubeadm/config.go",
    ),
)
