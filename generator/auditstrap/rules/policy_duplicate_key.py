"""A key of a policy that stands there twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import PolicyDocument
from auditstrap.policy.model import PolicyError
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import POLICY, changed
from auditstrap.rules.support.policies import repeated_keys, root
from auditstrap.rules.support.rule import Context, Rule

_BODIES: Final = ("Request", "RequestResponse")


def check(policy: PolicyDocument, context: Context) -> Iterator[Fault]:
    """A fault for each key that replaces an earlier one of its mapping."""
    loaded = context.loaded(policy)
    if isinstance(loaded, PolicyError):
        return
    severity = Severity.LEAK if any(rule.level in _BODIES for rule in loaded.rules) else Severity.BLIND
    for name, first, second in repeated_keys(root(policy)):
        message = f"{quoted(name)} stands here a second time, and the last one wins"
        related = (Related(policy.text.at(first), "this one is dropped"),)
        yield Fault(severity, policy.text.at(second), message, related)


RULE: Final = Rule(
    id="policy-duplicate-key",
    of=PolicyDocument,
    severities=(Severity.BLIND, Severity.LEAK),
    check=check,
    what="A key of a policy is given twice in one mapping.",
    why="The last one wins with a warning in the log, below 1.26 without one; what the first one says is lost.",
    wrong=changed(POLICY, "- level: Metadata\n", "- level: None\n  level: Metadata\n"),
    right=POLICY,
    sources=("k8s.io/apiserver/pkg/audit/policy/reader.go", "sigs.k8s.io/yaml"),
)
