"""Policies as formulas over strings, for a solver that knows nothing of atoms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import z3

from auditstrap.policy import GroupResources, Policy, Rule

_PATIENCE_MS = 10_000


@dataclass
class _Request:
    """One request, its attributes unknown."""

    authenticated: z3.BoolRef = field(default_factory=lambda: z3.Bool("authenticated"))
    user: z3.SeqRef = field(default_factory=lambda: z3.String("user"))
    verb: z3.SeqRef = field(default_factory=lambda: z3.String("verb"))
    for_resource: z3.BoolRef = field(default_factory=lambda: z3.Bool("resource_request"))
    api_group: z3.SeqRef = field(default_factory=lambda: z3.String("api_group"))
    resource: z3.SeqRef = field(default_factory=lambda: z3.String("resource"))
    subresource: z3.SeqRef = field(default_factory=lambda: z3.String("subresource"))
    namespace: z3.SeqRef = field(default_factory=lambda: z3.String("namespace"))
    name: z3.SeqRef = field(default_factory=lambda: z3.String("name"))
    path: z3.SeqRef = field(default_factory=lambda: z3.String("path"))


def _one_of(term: z3.SeqRef, values: tuple[str, ...]) -> z3.BoolRef:
    return z3.Or([term == z3.StringVal(value) for value in values])


def _matches(rule: Rule, request: _Request) -> z3.BoolRef:
    return z3.And(list(_conditions(rule, request)))


def _conditions(rule: Rule, request: _Request) -> Iterator[z3.BoolRef]:
    if rule.users:
        yield z3.And(request.authenticated, _one_of(request.user, rule.users))
    if rule.user_groups:
        yield z3.And(request.authenticated, z3.Or([z3.Bool(f"in {group}") for group in rule.user_groups]))
    if rule.verbs:
        yield _one_of(request.verb, rule.verbs)
    if rule.namespaces or rule.resources:
        yield request.for_resource
        if rule.namespaces:
            yield _one_of(request.namespace, rule.namespaces)
        if rule.resources:
            yield z3.Or([_entry(entry, request) for entry in rule.resources])
    elif rule.non_resource_urls:
        yield z3.Not(request.for_resource)
        yield z3.Or([_url(spec, request) for spec in rule.non_resource_urls])


def _entry(entry: GroupResources, request: _Request) -> z3.BoolRef:
    conditions = [] if entry.group == "*" else [request.api_group == z3.StringVal(entry.group)]
    if entry.resources:
        conditions.append(z3.Or([_pattern(pattern, request) for pattern in entry.resources]))
        if entry.resource_names:
            conditions.append(_one_of(request.name, entry.resource_names))
    return z3.And(conditions)


def _pattern(pattern: str, request: _Request) -> z3.BoolRef:
    """By its parts: a resource and a subresource have no slash in them."""
    resource, slash, subresource = pattern.partition("/")
    if pattern == "*":
        return z3.BoolVal(True)  # noqa: FBT003
    if not slash:
        return z3.And(request.resource == z3.StringVal(resource), request.subresource == z3.StringVal(""))
    if subresource == "*":
        return request.resource == z3.StringVal(resource)
    if "/" in subresource or not subresource:
        return z3.BoolVal(False)  # noqa: FBT003
    whole = request.subresource == z3.StringVal(subresource)
    return whole if resource == "*" else z3.And(whole, request.resource == z3.StringVal(resource))


def _url(spec: str, request: _Request) -> z3.BoolRef:
    if spec == "*":
        return z3.BoolVal(True)  # noqa: FBT003
    if spec.endswith("*"):
        return z3.PrefixOf(z3.StringVal(spec.rstrip("*")), request.path)
    return request.path == z3.StringVal(spec)


def decides_nothing(policy: Policy, rule: int) -> bool:
    """Whether no request is left for a rule by those before it."""
    request = _Request()
    solver = z3.Solver()
    solver.set("timeout", _PATIENCE_MS)
    solver.add(_matches(policy.rules[rule], request))
    solver.add([z3.Not(_matches(earlier, request)) for earlier in policy.rules[:rule]])
    answer = solver.check()
    assert answer != z3.unknown
    return bool(answer == z3.unsat)


def leaves_some_request(policy: Policy) -> bool:
    """Whether some request matches no rule."""
    request = _Request()
    solver = z3.Solver()
    solver.add([z3.Not(_matches(rule, request)) for rule in policy.rules])
    return bool(solver.check() == z3.sat)
