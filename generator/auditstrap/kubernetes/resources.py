"""The API resources that Kubernetes itself has, by minor, and names that it once had.

Source: ``api/openapi-spec/swagger.json`` of the last release of each minor; ``resources.tsv`` is the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from auditstrap.kubernetes.versions import OLDEST_MINOR


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a group, or a subresource of one, in whichever versions of the group.

    ``verbs`` are those of requests: a websocket to ``pods/exec`` is a ``get``. ``since`` is the first minor that has
    it, never below the oldest that is known here; ``removed`` the first without it, None where the newest has it.
    """

    group: str
    name: str
    subresource: str
    namespaced: bool
    verbs: frozenset[str]
    since: int
    removed: int | None

    def __str__(self) -> str:
        """As a policy names it: ``pods/exec``."""
        return f"{self.name}/{self.subresource}" if self.subresource else self.name

    def exists_in(self, minor: int) -> bool:
        """Whether Kubernetes 1.``minor`` has it."""
        return self.since <= minor and (self.removed is None or minor < self.removed)


@cache
def resources() -> tuple[Resource, ...]:
    """Every resource of every known minor, by group and name."""
    text = (files("auditstrap") / "kubernetes" / "resources.tsv").read_text(encoding="utf-8")
    return tuple(_resource(line) for line in text.splitlines() if not line.startswith("#"))


def _resource(line: str) -> Resource:
    group, path, scope, verbs, since, removed = line.split("\t")
    name, _, subresource = path.partition("/")
    return Resource(
        group,
        name,
        subresource,
        scope == "namespaced",
        frozenset(verbs.split(",")),
        int(since or OLDEST_MINOR),
        int(removed) if removed else None,
    )


@cache
def resources_of(minor: int) -> tuple[Resource, ...]:
    """The resources of Kubernetes 1.``minor``."""
    return tuple(known for known in resources() if known.exists_in(minor))


@cache
def groups_of(minor: int) -> frozenset[str]:
    """The API groups of Kubernetes 1.``minor``; the core group is ``""``."""
    return frozenset(known.group for known in resources_of(minor))


REMOVED_GROUPS: Final[Mapping[str, int]] = {
    "auditregistration.k8s.io": 19,
    "extensions": 22,
    "settings.k8s.io": 20,
}
"""API groups that Kubernetes no longer has, and the first minor without them."""

REMOVED_RESOURCES: Final[Mapping[tuple[str, str], int]] = {
    ("admissionregistration.k8s.io", "initializerconfigurations"): 14,
    ("apps", "deployments/rollback"): 18,
    ("auditregistration.k8s.io", "auditsinks"): 19,
    ("extensions", "daemonsets"): 18,
    ("extensions", "daemonsets/status"): 18,
    ("extensions", "deployments"): 18,
    ("extensions", "deployments/rollback"): 18,
    ("extensions", "deployments/scale"): 18,
    ("extensions", "deployments/status"): 18,
    ("extensions", "ingresses"): 22,
    ("extensions", "ingresses/status"): 22,
    ("extensions", "networkpolicies"): 18,
    ("extensions", "podsecuritypolicies"): 18,
    ("extensions", "replicasets"): 18,
    ("extensions", "replicasets/scale"): 18,
    ("extensions", "replicasets/status"): 18,
    ("extensions", "replicationcontrollers/scale"): 18,
    ("policy", "podsecuritypolicies"): 25,
    ("settings.k8s.io", "podpresets"): 20,
}
"""What 1.13 or a later minor had and the oldest of the table has not: group, and name as a policy writes it, with the
first minor without it. An API that was still there but off by default counts as had."""

AGGREGATED_GROUPS: Final = ("metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io")
"""Groups of the Kubernetes project that only aggregated servers have, such as metrics-server.

Source: ``staging/src/k8s.io/metrics/pkg/apis``.
"""

REMOVED_USERS: Final[Mapping[str, str]] = {
    "kubelet": "kubelets are system:node:NAME in the group system:nodes",
    "system:unsecured": "the insecure port is gone since 1.24",
}
"""User names that nothing has any more, and why."""
