"""A policy that is no YAML."""

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
        yield Fault(Severity.FATAL, found.place, f"kube-apiserver cannot read this policy: {found.message}")


RULE: Final = Rule(
    id="policy-syntax",
    of=PolicyDocument,
    severities=(Severity.FATAL,),
    check=check,
    what="A policy is not YAML as kube-apiserver reads it, or not a mapping.",
    why="kube-apiserver does not start with it.",
    wrong=changed(POLICY, "- level", "\t- level"),
    right=POLICY,
    sources=("k8s.io/apiserver/pkg/audit/policy/reader.go", "go.yaml.in/yaml/v2"),
)
