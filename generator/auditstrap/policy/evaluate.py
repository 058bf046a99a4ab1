"""``evaluate``: what a policy decides for one request.

Source: ``staging/src/k8s.io/apiserver/pkg/audit/policy/checker.go``. The rules are compiled once per policy into
closures over frozen sets, since the same policy is asked about many requests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from auditstrap.policy.model import GroupResources, Policy, Rule
from auditstrap.policy.request import Request

Match = Callable[[Request], bool]


class Decision(NamedTuple):
    """What is written of a request: the level, the stages without an event (sorted), and by which rule (from 0)."""

    level: str
    omit_stages: tuple[str, ...]
    omit_managed_fields: bool
    rule: int | None


def evaluate(policy: Policy, request: Request) -> Decision:
    """The decision of the first rule that matches; level None where none does."""
    compiled = policy._compiled  # noqa: SLF001 - the place that the policy keeps for this
    decide = compiled.get("decide") or compiled.setdefault("decide", _compiled(policy))
    decision: Decision = decide(request)
    return decision


def _compiled(policy: Policy) -> Callable[[Request], Decision]:
    rules = [(matcher(rule), _decision(policy, rule, index)) for index, rule in enumerate(policy.rules)]
    otherwise = Decision("None", tuple(sorted(set(policy.omit_stages))), policy.omit_managed_fields, None)

    def decide(request: Request) -> Decision:
        for matches, decision in rules:
            if matches(request):
                return decision
        return otherwise

    return decide


def _decision(policy: Policy, rule: Rule, index: int) -> Decision:
    stages = tuple(sorted({*policy.omit_stages, *rule.omit_stages}))
    omitted = policy.omit_managed_fields if rule.omit_managed_fields is None else rule.omit_managed_fields
    return Decision(rule.level, stages, omitted, index)


def matcher(rule: Rule) -> Match:
    """Whether a rule is for a request, as one function."""
    conditions = [*_who(rule), *_what(rule)]
    if len(conditions) == 1:
        return conditions[0]

    def matches(request: Request) -> bool:
        for condition in conditions:  # noqa: SIM110 - all() costs a generator for each request
            if not condition(request):
                return False
        return True

    return matches


def _who(rule: Rule) -> list[Match]:
    conditions: list[Match] = []
    if rule.users:
        users = frozenset(rule.users)
        conditions.append(lambda request: request.user in users)
    if rule.user_groups:
        groups = frozenset(rule.user_groups)
        conditions.append(lambda request: request.user is not None and not groups.isdisjoint(request.groups))
    if rule.verbs:
        verbs = frozenset(rule.verbs)
        conditions.append(lambda request: request.verb in verbs)
    return conditions


def _what(rule: Rule) -> list[Match]:
    if rule.namespaces or rule.resources:
        return [lambda request: request.resource_request, *_namespaces(rule), *_resources(rule)]
    if rule.non_resource_urls:
        return [lambda request: not request.resource_request, _urls(rule.non_resource_urls)]
    return []


def _namespaces(rule: Rule) -> list[Match]:
    namespaces = frozenset(rule.namespaces)
    return [lambda request: request.namespace in namespaces] if namespaces else []


def _resources(rule: Rule) -> list[Match]:
    if not rule.resources:
        return []
    by_group: dict[str, list[Match]] = {}
    for entry in rule.resources:
        by_group.setdefault(entry.group, []).append(_entry(entry))
    everywhere = by_group.get("*", [])

    def matches(request: Request) -> bool:
        entries = by_group.get(request.api_group, ())
        return any(entry(request) for entry in entries) or any(entry(request) for entry in everywhere)

    return [matches]


def _entry(entry: GroupResources) -> Match:
    if not entry.resources:
        return lambda _: True
    patterns, names = frozenset(entry.resources), frozenset(entry.resource_names)

    def matches(request: Request) -> bool:
        if names and request.name not in names:
            return False
        resource, subresource = request.resource, request.subresource
        whole = f"{resource}/{subresource}" if subresource else resource
        if "*" in patterns or whole in patterns or f"{resource}/*" in patterns:
            return True
        return bool(subresource) and f"*/{subresource}" in patterns

    return matches


def _urls(specs: tuple[str, ...]) -> Match:
    exact = frozenset(specs)
    if "*" in exact:
        return lambda _: True
    prefixes = tuple(spec.rstrip("*") for spec in specs if spec.endswith("*"))
    return lambda request: request.path in exact or request.path.startswith(prefixes)
