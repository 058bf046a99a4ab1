"""A policy of a version that is not loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import PolicyDocument
from auditstrap.rules.support.examples import POLICY, changed
from auditstrap.rules.support.policies import refusal
from auditstrap.rules.support.rule import Context, Rule

REMOVED_IN: Final = 24
"""The minor from which only v1 is loaded."""


def check(policy: PolicyDocument, context: Context) -> Iterator[Fault]:
    """One fault with kube-apiserver's own words."""
    found = refusal(policy, context)
    if found is not None and found.rule == RULE.id and not _was_loaded(found.message, context.minor_of(policy.minor)):
        yield Fault(Severity.FATAL, found.place, _sentence(found.message))


def _was_loaded(words: str, minor: int) -> bool:
    """Whether the minor is one that still had the old version."""
    return minor < REMOVED_IN and any(f"audit.k8s.io/{version}" in words for version in ("v1alpha1", "v1beta1"))


def _sentence(words: str) -> str:
    """Upstream's words, and for the versions that were, since when they are gone."""
    old = next((version for version in ("v1alpha1", "v1beta1") if f"audit.k8s.io/{version}" in words), None)
    hint = f"audit.k8s.io/{old} was removed in 1.{REMOVED_IN}, " if old else ""
    return f"{hint}audit.k8s.io/v1 is allowed; kube-apiserver does not start: {words}"


RULE: Final = Rule(
    id="policy-api-version",
    of=PolicyDocument,
    severities=(Severity.FATAL,),
    check=check,
    what="The apiVersion or kind of a policy is not one that the kube-apiserver of this minor loads.",
    why="v1alpha1 and v1beta1 are gone since 1.24: kube-apiserver does not start with them.",
    wrong=changed(POLICY, "audit.k8s.io/v1", "audit.k8s.io/v1beta1"),
    right=POLICY,
    sources=("k8s.io/apiserver/pkg/audit/policy/reader.go", "kubernetes/kubernetes CHANGELOG-1.24"),
)
