"""Requests that a policy can tell apart: made of what its rules name, and of what they do not."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from auditstrap.policy import Policy, Request

_USERS = ("alice", "system:anonymous", "system:serviceaccount:kube-system:x", "")
_GROUPS = ("system:authenticated", "system:unauthenticated", "system:masters", "")
_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy", "", "GET", "*")
_RESOURCES = ("pods", "secrets", "configmaps", "nodes", "", "*", "Pods")
_SUBRESOURCES = ("", "", "", "log", "status", "exec", "*", "x")
_NAMESPACES = ("", "default", "kube-system", "*")
_NAMES = ("", "web", "*", "a")
_API_GROUPS = ("", "apps", "*", "batch", "example.com")
_PATHS = ("/", "/api", "/apis", "/healthz", "/healthz/etcd", "/metrics", "", "*", "/version")


def requests(policy: Policy, random: Random, count: int) -> tuple[Request, ...]:
    """Requests that a policy may or may not match."""
    words = _Words(policy)
    return tuple(words.request(random) for _ in range(count))


class _Words:
    """The values of each attribute: those that a policy names, and some others."""

    def __init__(self, policy: Policy) -> None:
        rules = policy.rules
        entries = [entry for rule in rules for entry in rule.resources]
        parts = [resource.split("/", 1) for entry in entries for resource in entry.resources]
        self._users = _with(_USERS, (user for rule in rules for user in rule.users))
        self._groups = _with(_GROUPS, (group for rule in rules for group in rule.user_groups))
        self._verbs = _with(_VERBS, (verb for rule in rules for verb in rule.verbs))
        self._namespaces = _with(_NAMESPACES, (name for rule in rules for name in rule.namespaces))
        self._names = _with(_NAMES, (name for entry in entries for name in entry.resource_names))
        self._api_groups = _with(_API_GROUPS, (entry.group for entry in entries))
        self._resources = _with(_RESOURCES, (part[0] for part in parts))
        self._subresources = _with(_SUBRESOURCES, (part[1] for part in parts if len(part) > 1))
        urls = [url for rule in rules for url in rule.non_resource_urls]
        self._paths = _with(_PATHS, [*urls, *(url.rstrip("*") + end for url in urls for end in ("", "/x", "x"))])

    def request(self, random: Random) -> Request:
        user = None if random.random() < 0.1 else random.choice(self._users)
        return Request(
            user=user,
            groups=() if user is None else tuple(random.choices(self._groups, k=random.randint(0, 3))),
            verb=random.choice(self._verbs),
            api_group=random.choice(self._api_groups),
            api_version="v1",
            resource=random.choice(self._resources),
            subresource=random.choice(self._subresources),
            namespace=random.choice(self._namespaces),
            name=random.choice(self._names),
            resource_request=random.random() < 0.7,
            path=random.choice(self._paths),
        )


def _with(known: tuple[str, ...], named: Iterable[str]) -> tuple[str, ...]:
    """Both, what a policy names twice as often."""
    names = tuple(dict.fromkeys(named))
    return known + names + names
