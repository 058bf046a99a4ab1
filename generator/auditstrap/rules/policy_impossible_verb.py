"""A verb that no request of the kind has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy import Rule
from auditstrap.policy.universe import RESOURCE_VERBS, URL_VERBS
from auditstrap.problems import near, quoted
from auditstrap.rules.support.meaning import about_policies, of_what_matches_nothing

_MEANT: Final = {
    "post": "create",
    "put": "update",
    "edit": "update",
    "replace": "update",
    "apply": "patch",
    "head": "get",
    "read": "get",
    "write": "create",
    "exec": "create",
    "connect": "create",
    "remove": "delete",
    "deletecollections": "deletecollection",
}
"""What is done over a resource under another name."""


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Verbs that no request of the kind that the rule is for has."""
    for index, rule in judged.rules():
        kind, possible = _possible(rule)
        for at, verb in enumerate(rule.verbs):
            if verb not in possible and "*" not in verb and "?" not in verb:
                place = judged.place("rules", index, "verbs", at)
                yield Fault(of_what_matches_nothing(rule), place, _sentence(verb, kind, possible))


def _possible(rule: Rule) -> tuple[str, tuple[str, ...]]:
    if rule.resources or rule.namespaces:
        return "request for a resource", RESOURCE_VERBS
    if rule.non_resource_urls:
        return "request for a URL that is no resource", URL_VERBS
    return "request", tuple(dict.fromkeys(RESOURCE_VERBS + URL_VERBS))


def _sentence(verb: str, kind: str, possible: tuple[str, ...]) -> str:
    meant = _MEANT.get(verb.lower()) or near(verb, possible)
    hint = f'; did you mean "{meant}"?' if meant in possible else ";"
    named = ", ".join(known for known in possible if known)
    return f"no {kind} has the verb {quoted(verb)}, so it matches nothing{hint} verbs are {named}"


RULE: Final = about_policies(
    "policy-impossible-verb",
    faults,
    Severity.BLIND,
    Severity.HYGIENE,
    what="A verb that no request of the kind has.",
    why=(
        "Verbs of requests for resources are create, get, list, watch, update, patch, delete and "
        "deletecollection; `exec` is create or get on pods/exec, `impersonate` and `bind` are verbs "
        "of RBAC only. URLs have the methods of HTTP. Any other matches nothing."
    ),
    wrong="""\
- level: Request
  verbs: [edit]
  resources:
  - group: apps
    resources: [deployments]
- level: Metadata
""",
    right="""\
- level: Request
  verbs: [update, patch]
  resources:
  - group: apps
    resources: [deployments]
- level: Metadata
""",
    sources=("k8s.io/apiserver/pkg/endpoints/request/requestinfo.go: NewRequestInfo",),
)
