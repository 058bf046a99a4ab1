"""nonResourceURLs under which only requests for resources come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy.atoms import is_no_resource
from auditstrap.problems import quoted
from auditstrap.rules.support.meaning import about_policies, of_what_matches_nothing


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """URLs under which only requests for resources come, which nonResourceURLs never match."""
    for index, rule in judged.rules():
        for at, url in enumerate(rule.non_resource_urls):
            path = url.rstrip("*")
            if path.startswith("/") and not is_no_resource(path):
                place = judged.place("rules", index, "nonResourceURLs", at)
                message = (
                    f"requests for {quoted(url)} are for resources: nonResourceURLs never match them, resources do"
                )
                yield Fault(of_what_matches_nothing(rule), place, message)


RULE: Final = about_policies(
    "policy-url-for-resource",
    faults,
    Severity.BLIND,
    Severity.HYGIENE,
    what="nonResourceURLs under which only requests for resources come.",
    why=(
        "A path such as /api/v1/nodes is a request for a resource, which nonResourceURLs never match: "
        "a rule for it belongs in resources."
    ),
    wrong="""\
- level: Request
  nonResourceURLs: ["/api/v1/nodes*"]
- level: Metadata
""",
    right="""\
- level: Request
  resources:
  - group: ""
    resources: [nodes]
- level: Metadata
""",
    sources=("k8s.io/apiserver/pkg/endpoints/request/requestinfo.go: NewRequestInfo",),
)
