"""Why a rule is not for a request: the first of its conditions that does not hold, in the words of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditstrap.policy.atoms import path_matcher
from auditstrap.policy.evaluate import Decision, evaluate
from auditstrap.policy.model import STAGES, GroupResources, Policy, Rule
from auditstrap.policy.request import Request


class Passed(NamedTuple):
    """A rule before the one that decides, and why it does not match."""

    rule: int
    because: str


class Explanation(NamedTuple):
    """A decision, the rules that a request passes on its way, and the stages at which an event is written."""

    decision: Decision
    passed: tuple[Passed, ...]
    stages: tuple[str, ...]


def explain(policy: Policy, request: Request) -> Explanation:
    """What a policy decides of one request, and why not before."""
    decision = evaluate(policy, request)
    before = policy.rules[: decision.rule]
    passed = tuple(Passed(index, why_not(rule, request) or "") for index, rule in enumerate(before))
    return Explanation(decision, passed, written_stages(decision))


def written_stages(decision: Decision) -> tuple[str, ...]:
    """The stages that a decision leaves, in the order in which a request goes through them."""
    return () if decision.level == "None" else tuple(stage for stage in STAGES if stage not in decision.omit_stages)


def why_not(rule: Rule, request: Request) -> str | None:
    """Why a rule does not match a request; None where it does."""
    return next(_reasons(rule, request), None)


def _reasons(rule: Rule, request: Request) -> Iterator[str]:
    yield from _who(rule, request)
    if rule.verbs and request.verb not in rule.verbs:
        yield f"verbs: {_shown(request.verb)} is not in {_listed(rule.verbs)}"
    if rule.namespaces or rule.resources:
        yield from _what(rule, request)
    elif rule.non_resource_urls:
        yield from _where(rule, request)


def _who(rule: Rule, request: Request) -> Iterator[str]:
    if request.user is None:
        if rule.users or rule.user_groups:
            field = "users" if rule.users else "userGroups"
            yield f"{field}: a request whose authentication failed has no user"
        return
    if rule.users and request.user not in rule.users:
        yield f"users: {_shown(request.user)} is not in {_listed(rule.users)}"
    if rule.user_groups and not set(rule.user_groups) & set(request.groups):
        yield f"userGroups: none of {_listed(request.groups)} is in {_listed(rule.user_groups)}"


def _what(rule: Rule, request: Request) -> Iterator[str]:
    if not request.resource_request:
        yield f"{'resources' if rule.resources else 'namespaces'}: {request.path} is no resource"
        return
    if rule.namespaces and request.namespace not in rule.namespaces:
        yield f"namespaces: {_shown(request.namespace)} is not in {_listed(rule.namespaces)}"
    if rule.resources:
        reasons = [_entry(entry, request) for entry in rule.resources]
        if all(reasons):
            yield "resources: " + "; ".join(dict.fromkeys(filter(None, reasons)))


def _entry(entry: GroupResources, request: Request) -> str | None:
    if entry.group not in {request.api_group, "*"}:
        return f"API group {_shown(request.api_group)} is not {_shown(entry.group)}"
    if not entry.resources:
        return None
    whole = f"{request.resource}/{request.subresource}" if request.subresource else request.resource
    patterns = {"*", whole, f"{request.resource}/*"} | ({f"*/{request.subresource}"} if request.subresource else set())
    if patterns.isdisjoint(entry.resources):
        return f"{whole} is not in {_listed(entry.resources)}"
    if entry.resource_names and request.name not in entry.resource_names:
        return f"the name {_shown(request.name)} is not in {_listed(entry.resource_names)}"
    return None


def _where(rule: Rule, request: Request) -> Iterator[str]:
    if request.resource_request:
        yield f"nonResourceURLs: {request.path or 'the request'} is for a resource"
    elif not any(path_matcher(spec)(request.path) for spec in rule.non_resource_urls):
        yield f"nonResourceURLs: {request.path} is not in {_listed(rule.non_resource_urls)}"


def _shown(text: str) -> str:
    return text or '""'


def _listed(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_shown, values))}]"
