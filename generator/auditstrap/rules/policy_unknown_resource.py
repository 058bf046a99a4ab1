"""A resource that an API group of Kubernetes does not have at this minor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.kubernetes.resources import resources_of
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.problems import near, quoted
from auditstrap.rules.support.listed_resources import Listed, groups_with, is_stale, listed_resources, resources_in
from auditstrap.rules.support.meaning import about_policies, of_what_matches_nothing


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Resources that a group of Kubernetes does not have, in no version of it."""
    for found in listed_resources(judged):
        known = resources_in(found.group, judged.minor)
        if not known or found.whole in known or is_stale(found.group, found.name, judged.minor):
            continue
        if found.name in {path.partition("/")[0] for path in known}:
            if found.subresource and not found.may_be_custom:
                yield _unknown(found, known, judged.minor)
        elif not groups_with(found.name, judged.minor):
            yield _unknown(found, known, judged.minor)


def _unknown(found: Listed, known: frozenset[str], minor: int) -> Fault:
    group = f"API group {quoted(found.group)}" if found.group else "the core API group"
    message = f"{group} has no resource {quoted(found.whole)}: this matches nothing{_hint(found, known, minor)}"
    return Fault(of_what_matches_nothing(found.rule), found.place, message)


def _hint(found: Listed, known: frozenset[str], minor: int) -> str:
    if meant := near(found.whole, sorted(known)):
        return f'; did you mean "{meant}"?'
    elsewhere = near(found.name, sorted({other.name for other in resources_of(minor)}))
    return f'; did you mean "{elsewhere}" of {quoted(groups_with(elsewhere, minor)[0])}?' if elsewhere else ""


RULE: Final = about_policies(
    "policy-unknown-resource",
    faults,
    Severity.BLIND,
    Severity.HYGIENE,
    what="A resource that an API group of Kubernetes does not have at this minor.",
    why=(
        "Resources are named as in URLs: in the plural, in full. `deploy`, `pod` or `Secrets` match "
        "nothing. Groups of custom resources are not judged."
    ),
    wrong="""\
- level: Request
  resources:
  - group: apps
    resources: [deployment]
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
