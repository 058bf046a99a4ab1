"""A wildcard where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy import Rule
from auditstrap.problems import quoted
from auditstrap.rules.support.meaning import about_policies, of_what_matches_nothing

_FIELDS = ("users", "userGroups", "verbs", "namespaces")
_SEGMENTS_OF_A_PATTERN = 2


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Wildcards where kube-apiserver compares strings, and patterns that match nothing."""
    for index, rule in judged.rules():
        for field, values in zip(_FIELDS, (rule.users, rule.user_groups, rule.verbs, rule.namespaces), strict=True):
            for at, value in enumerate(values):
                if "*" in value or "?" in value:
                    yield _literal(judged, rule, ("rules", index, field, at), value)
        yield from _in_resources(judged, index, rule)


def _literal(judged: JudgedPolicy, rule: Rule, path: tuple[str | int, ...], value: str) -> Fault:
    field = path[-2]
    everything = f"; without {field} the rule is for all of them" if value == "*" else ""
    message = f"{quoted(value)} in {field} is compared letter by letter and matches nothing{everything}"
    return Fault(of_what_matches_nothing(rule), judged.place(*path), message)


def _in_resources(judged: JudgedPolicy, index: int, rule: Rule) -> Iterator[Fault]:
    for at, entry in enumerate(rule.resources):
        for number, name in enumerate(entry.resource_names):
            if "*" in name or "?" in name:
                yield _literal(judged, rule, ("rules", index, "resources", at, "resourceNames", number), name)
        for number, pattern in enumerate(entry.resources):
            if why := _matches_nothing(pattern):
                place = judged.place("rules", index, "resources", at, "resources", number)
                message = f"the pattern {quoted(pattern)} matches no resource: {why}"
                yield Fault(of_what_matches_nothing(rule), place, message)


def _matches_nothing(pattern: str) -> str | None:
    if pattern in {"*/*", "/*"}:
        return '"*" is every resource with its subresources'
    parts = pattern.split("/")
    if len(parts) > _SEGMENTS_OF_A_PATTERN:
        return "a pattern is a resource and one subresource"
    if not all(parts):
        return "a part of it is empty"
    if any(("*" in part and part != "*") or "?" in part for part in parts):
        return '"*" stands for a whole name, not for a part of one'
    return None


RULE: Final = about_policies(
    "policy-literal-wildcard",
    faults,
    Severity.BLIND,
    Severity.HYGIENE,
    what=(
        "A wildcard where there is none: in users, userGroups, verbs, namespaces or resourceNames; or "
        "a pattern that matches no resource, as `po*` or `*/*`."
    ),
    why=(
        "kube-apiserver compares these letter by letter and says nothing: the rule matches no "
        "request. Only resources have patterns (`*`, `pods/*`, `*/status`), and URLs a star at their "
        "end."
    ),
    wrong="""\
- level: Metadata
  verbs: ["*"]
- level: Metadata
""",
    right="""\
- level: Metadata
""",
    sources=("k8s.io/apiserver/pkg/audit/policy/checker.go: ruleMatches, ruleMatchesResource",),
)
