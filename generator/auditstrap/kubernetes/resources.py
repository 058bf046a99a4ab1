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
    ("policy", "podsecuritypolicies"): 25,
}
"""Resources (group, name) that went before the oldest minor of the table, and the first minor without them."""

REMOVED_USERS: Final[Mapping[str, str]] = {
    "kubelet": "kubelets are system:node:NAME in the group system:nodes",
    "system:unsecured": "the insecure port is gone since 1.24",
}
"""User names that nothing has any more, and why."""
