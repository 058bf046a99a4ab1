"""A resource of Kubernetes under an API group that does not have it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.problems import quoted
from auditstrap.rules.support.listed_resources import groups_with, listed_resources
from auditstrap.rules.support.meaning import about_policies, of_what_matches_nothing


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Resources of Kubernetes under an API group that does not have them."""
    for found in listed_resources(judged):
        homes = groups_with(found.name, judged.minor)
        if homes and found.group not in homes and not found.may_be_custom:
            where = " and ".join(quoted(home) for home in homes)
            message = (
                f"{quoted(found.name)} is in API group {where}, not in {quoted(found.group)}: this matches nothing"
            )
            yield Fault(of_what_matches_nothing(found.rule), found.place, message)


RULE: Final = about_policies(
    "policy-wrong-group",
    faults,
    Severity.BLIND,
    Severity.HYGIENE,
    what="A resource of Kubernetes under an API group that does not have it.",
    why=(
        "A rule matches by group and resource together: deployments in the core group match nothing. "
        "Without a group the core group is meant."
    ),
    wrong="""\
- level: Request
  resources:
  - group: ""
    resources: [deployments]
- level: Metadata
""",
    right="""\
- level: Request
  resources:
  - group: apps
    resources: [deployments]
- level: Metadata
""",
    sources=("k8s.io/kubernetes/api/openapi-spec/swagger.json",),
)
