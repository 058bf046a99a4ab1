"""``evaluate``: what a policy decides for one request.

Source: ``staging/src/k8s.io/apiserver/pkg/audit/policy/checker.go``. The rules are compiled once per policy into
closures over frozen sets, since the same policy is asked about many requests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
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
    """A function that asks only the rules for the request's verb and kind of target."""
    verbs = frozenset(verb for rule in policy.rules for verb in rule.verbs)
    otherwise = Decision("None", tuple(sorted(set(policy.omit_stages))), policy.omit_managed_fields, None)
    candidates = {
        (resource_request, verb): _candidates(policy, verb, resource_request=resource_request)
        for resource_request in (True, False)
        for verb in (*verbs, None)
    }

    def decide(request: Request) -> Decision:
        verb = request.verb if request.verb in verbs else None
        for conditions, decision in candidates[request.resource_request, verb]:
            for condition in conditions:
                if not condition(request):
                    break
            else:
                return decision
        return otherwise

    return decide


def _candidates(
    policy: Policy, verb: str | None, *, resource_request: bool
) -> tuple[tuple[tuple[Match, ...], Decision], ...]:
    """The rules that can match a verb (None: one that no rule names), each with what is left to ask."""
    return tuple(
        ((*_who(rule), *(_resource(rule) if resource_request else _url(rule))), _decision(policy, rule, index))
        for index, rule in enumerate(policy.rules)
        if (not rule.verbs or verb in rule.verbs) and _is_for(rule, resource_request=resource_request)
    )


def _is_for(rule: Rule, *, resource_request: bool) -> bool:
    """Whether a rule can match requests for resources, or the others."""
    if rule.namespaces or rule.resources:
        return resource_request
    return not (rule.non_resource_urls and resource_request)


def _decision(policy: Policy, rule: Rule, index: int) -> Decision:
    stages = tuple(sorted({*policy.omit_stages, *rule.omit_stages}))
    omitted = policy.omit_managed_fields if rule.omit_managed_fields is None else rule.omit_managed_fields
    return Decision(rule.level, stages, omitted, index)


def matcher(rule: Rule) -> Match:
    """Whether a rule is for a request, as one function."""
    verbs, who = frozenset(rule.verbs), _who(rule)
    by_kind = {
        kind: (*who, *(_resource(rule) if kind else _url(rule)))
        for kind in (True, False)
        if _is_for(rule, resource_request=kind)
    }

    def matches(request: Request) -> bool:
        if (verbs and request.verb not in verbs) or request.resource_request not in by_kind:
            return False
        return all(condition(request) for condition in by_kind[request.resource_request])

    return matches


def _who(rule: Rule) -> list[Match]:
    conditions: list[Match] = []
    if rule.users:
        users = frozenset(rule.users)
        conditions.append(lambda request: request.user in users)
    if rule.user_groups:
        groups = frozenset(rule.user_groups)
        conditions.append(lambda request: request.user is not None and not groups.isdisjoint(request.groups))
    return conditions


def _resource(rule: Rule) -> list[Match]:
    return [*_namespaces(rule), *_resources(rule)]


def _url(rule: Rule) -> list[Match]:
    return [_urls(rule.non_resource_urls)] if rule.non_resource_urls else []


def _namespaces(rule: Rule) -> list[Match]:
    namespaces = frozenset(rule.namespaces)
    return [lambda request: request.namespace in namespaces] if namespaces else []


def _resources(rule: Rule) -> list[Match]:
    if not rule.resources:
        return []
    everywhere = [_entry(entry) for entry in rule.resources if entry.group == "*"]
    groups = {entry.group for entry in rule.resources}
    by_group = {
        group: [_entry(entry) for entry in rule.resources if entry.group == group != "*"] + everywhere
        for group in groups
    }

    def matches(request: Request) -> bool:
        for names, patterns in by_group.get(request.api_group, everywhere):
            if not patterns or (
                (not names or request.name in names)
                and not patterns.isdisjoint(_patterns_for(request.resource, request.subresource))
            ):
                return True
        return False

    return [matches]


def _entry(entry: GroupResources) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(entry.resource_names), frozenset(entry.resources)


@lru_cache(maxsize=4096)
def _patterns_for(resource: str, subresource: str) -> frozenset[str]:
    """Every pattern that matches a resource."""
    if not subresource:
        return frozenset({"*", resource, f"{resource}/*"})
    return frozenset({"*", f"{resource}/{subresource}", f"{resource}/*", f"*/{subresource}"})


def _urls(specs: tuple[str, ...]) -> Match:
    exact = frozenset(specs)
    if "*" in exact:
        return lambda _: True
    prefixes = tuple(spec.rstrip("*") for spec in specs if spec.endswith("*"))
    return lambda request: request.path in exact or request.path.startswith(prefixes)
