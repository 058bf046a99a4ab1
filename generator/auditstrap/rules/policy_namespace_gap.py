"""A rule for some namespaces, past which the same is listed across all namespaces with less written of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.kubernetes.versions import NEWEST_MINOR
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy import Request, Rule, evaluate
from auditstrap.policy.outcomes import RANK
from auditstrap.rules.support.listed_resources import groups_with
from auditstrap.rules.support.meaning import about_policies, shown, witness

_ACROSS: Final = ("list", "watch", "deletecollection")


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Rules for some namespaces, past which the same is listed across all namespaces with less written of it."""
    for index, rule in judged.rules():
        if rule.namespaces and "" not in rule.namespaces:
            for request in _across(rule):
                if RANK[evaluate(judged.policy, request).level] < RANK[rule.level]:
                    message = f'across all namespaces the namespace is "", which this rule is not for, {shown(request)}'
                    place = judged.place("rules", index, "namespaces")
                    yield Fault(Severity.HYGIENE, place, message, witness=witness(request))
                    break


def _across(rule: Rule) -> Iterator[Request]:
    """What an ordinary user would ask across all namespaces of what the rule is for."""
    if rule.users or rule.user_groups:
        return
    for verb in _ACROSS:
        for entry in rule.resources if verb in rule.verbs or not rule.verbs else ():
            for name in entry.resources if not entry.resource_names else ():
                if name.isalpha() and groups_with(name, NEWEST_MINOR):
                    path = f"/apis/{entry.group}/v1/{name}" if entry.group else f"/api/v1/{name}"
                    request = Request.from_http("GET", path, user="alice", groups=("system:authenticated",))
                    yield replace(request, verb=verb)


RULE: Final = about_policies(
    "policy-namespace-gap",
    faults,
    Severity.HYGIENE,
    what=("A rule for some namespaces, past which the same is listed across all namespaces with less written of it."),
    why=(
        'A list or watch across all namespaces has the namespace "": `kubectl get secrets -A` is none '
        "of kube-system's requests."
    ),
    wrong="""\
- level: Request
  namespaces: [kube-system]
  verbs: [list]
  resources:
  - group: ""
    resources: [pods]
- level: Metadata
""",
    right="""\
- level: Request
  namespaces: [kube-system, ""]
  verbs: [list]
  resources:
  - group: ""
    resources: [pods]
- level: Metadata
""",
    sources=("k8s.io/apiserver/pkg/audit/policy/checker.go: ruleMatchesResource",),
)
