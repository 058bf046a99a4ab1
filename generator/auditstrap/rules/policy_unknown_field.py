"""A field of a policy that is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import PolicyDocument
from auditstrap.observed.nodes import entries, items, member, text_of
from auditstrap.policy.model import PolicyError
from auditstrap.problems import near, quoted
from auditstrap.rules.support.examples import POLICY, changed
from auditstrap.rules.support.policies import dropped_fields, root
from auditstrap.rules.support.rule import Context, Rule
from auditstrap.source import Node

_OUTCOME: Final = ("level", "omitStages", "omitManagedFields")
_FIELDS: Final = {
    "policy": ("apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"),
    "rule": (*_OUTCOME, "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs"),
    "resources": ("group", "resources", "resourceNames"),
}
_HARMLESS: Final = ("creationTimestamp", "status")
"""What clients add to every object; it says nothing about auditing."""

_BODIES: Final = ("Request", "RequestResponse")


def check(policy: PolicyDocument, context: Context) -> Iterator[Fault]:
    """A fault for each field that the loader drops."""
    loaded = context.loaded(policy)
    if isinstance(loaded, PolicyError):
        return
    for path, key, parent in dropped_fields(policy, loaded.warnings):
        name = path.rpartition(".")[2]
        rule = re.match(r"rules\[([0-9]+)\]", path)
        owner = "policy" if rule is None else "resources" if ".resources[" in path else "rule"
        meant = near(name, _FIELDS[owner])
        hint = f'; did you mean "{meant}"?' if meant and "metadata" not in path else ""
        level = _level(policy, int(rule[1])) if rule else None
        severity = Severity.LEAK if level in _BODIES else Severity.HYGIENE if path in _HARMLESS else Severity.BLIND
        message = f"{quoted(name)} is no field here and is dropped{_effect(owner, level, parent)}{hint}"
        yield Fault(severity, policy.text.at(key), message)


def _level(policy: PolicyDocument, index: int) -> str | None:
    rules = items(member(root(policy), "rules"))
    return text_of(member(rules[index], "level")) if index < len(rules) else None


def _effect(owner: str, level: str | None, parent: Node | None) -> str:
    """What the place of the field says without it."""
    kept = [name for name, _, _ in entries(parent) if name in _FIELDS[owner]]
    if owner == "policy":
        return ", so the policy holds as if it were not there"
    if owner == "resources" and "resources" not in kept:
        group = text_of(member(parent, "group")) or ""
        return (
            f", so this entry matches every resource of {f'the group {quoted(group)}' if group else 'the core group'}"
        )
    limits = [name for name in kept if name not in _OUTCOME]
    if owner == "rule" and not limits:
        return f", so the rule gives {level} to every request that reaches it"
    return f", so only {', '.join(limits)} limit it" if limits else ""


RULE: Final = Rule(
    id="policy-unknown-field",
    of=PolicyDocument,
    severities=(Severity.BLIND, Severity.LEAK, Severity.HYGIENE),
    check=check,
    what="A policy has a field that kube-apiserver does not know: misspelt, or at the wrong depth.",
    why="It is dropped with a warning in the log, below 1.26 without one, and the rule then matches more than it says.",
    wrong=changed(
        POLICY,
        "- level: Metadata\n",
        '- level: None\n  user: ["system:kube-proxy"]\n  nonResourceURLs: [/metrics]\n- level: Metadata\n',
    ),
    right=POLICY,
    sources=("k8s.io/apiserver/pkg/audit/policy/reader.go", "kubernetes/kubernetes issue 110116"),
)
