"""A group, resource or user that Kubernetes no longer has at this minor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.kubernetes.resources import REMOVED_GROUPS, REMOVED_USERS
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.problems import quoted
from auditstrap.rules.support.listed_resources import listed_resources, removed_in
from auditstrap.rules.support.meaning import about_policies


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Groups, resources and users that Kubernetes no longer has at this minor."""
    for index, rule in judged.rules():
        for at, entry in enumerate(rule.resources):
            gone = REMOVED_GROUPS.get(entry.group)
            if gone is not None and gone <= judged.minor:
                message = f"API group {quoted(entry.group)} is gone since Kubernetes 1.{gone}: nothing is in it"
                yield Fault(Severity.HYGIENE, judged.place("rules", index, "resources", at, "group"), message)
        for at, user in enumerate(rule.users):
            if user in REMOVED_USERS:
                message = f"no request has the user {quoted(user)} any more: {REMOVED_USERS[user]}"
                yield Fault(Severity.HYGIENE, judged.place("rules", index, "users", at), message)
    for found in listed_resources(judged):
        gone = removed_in(found.group, found.name)
        if gone is not None and gone <= judged.minor:
            message = f"{quoted(found.name)} of API group {quoted(found.group)} is gone since Kubernetes 1.{gone}"
            yield Fault(Severity.HYGIENE, found.place, message)


RULE: Final = about_policies(
    "policy-stale-name",
    faults,
    Severity.HYGIENE,
    what="A group, resource or user that Kubernetes no longer has at this minor.",
    why=(
        "It matches nothing and hides what the policy is really about; where it was meant to drop "
        "noise, the noise now comes under another name."
    ),
    wrong="""\
- level: None
  users: [kubelet]
  verbs: [get]
- level: Metadata
""",
    right="""\
- level: None
  userGroups: ["system:nodes"]
  verbs: [get]
  resources:
  - group: ""
    resources: [nodes]
- level: Metadata
""",
    sources=("k8s.io/kubernetes/CHANGELOG",),
)
