"""A policy that validation rejects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import PolicyDocument
from auditstrap.rules.support.examples import POLICY, changed
from auditstrap.rules.support.policies import refusal
from auditstrap.rules.support.rule import Context, Rule


def check(policy: PolicyDocument, context: Context) -> Iterator[Fault]:
    """One fault with kube-apiserver's own words."""
    found = refusal(policy, context)
    if found is not None and found.rule == RULE.id:
        yield Fault(Severity.FATAL, found.place, f"kube-apiserver does not start with this policy: {found.message}")


RULE: Final = Rule(
    id="policy-invalid",
    of=PolicyDocument,
    severities=(Severity.FATAL,),
    check=check,
    what="A policy has a value of the wrong type, or one that its validation rejects.",
    why="kube-apiserver ends with this message, over and over.",
    wrong=changed(POLICY, "level: Metadata", "level: metadata"),
    right=POLICY,
    sources=("k8s.io/apiserver/pkg/apis/audit/validation/validation.go",),
)
