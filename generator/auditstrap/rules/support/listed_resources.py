"""The resources that a policy names one by one, and where Kubernetes has them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from auditstrap.embedded import Place
from auditstrap.kubernetes.resources import REMOVED_GROUPS, REMOVED_RESOURCES, groups_of, resources, resources_of
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy import Rule


class Listed(NamedTuple):
    """One pattern of a rule that names a resource: ``pods``, ``pods/log`` or ``pods/*``."""

    rule: Rule
    group: str
    name: str
    subresource: str
    place: Place
    may_be_custom: bool
    """Whether the group is one that Kubernetes does not have itself, so that anything may be in it."""

    @property
    def whole(self) -> str:
        """Without the star that stands for every subresource."""
        return f"{self.name}/{self.subresource}" if self.subresource else self.name


def listed_resources(judged: JudgedPolicy) -> Iterator[Listed]:
    """Every resource that a rule names, with its place."""
    known = groups_of(judged.minor)
    for index, rule in judged.rules():
        for at, entry in enumerate(rule.resources):
            for number, pattern in enumerate(entry.resources):
                name, _, subresource = pattern.partition("/")
                if entry.group != "*" and name and "*" not in name and "?" not in name and "/" not in subresource:
                    place = judged.place("rules", index, "resources", at, "resources", number)
                    plain = "" if subresource == "*" else subresource
                    custom = entry.group not in known and _may_be_custom(entry.group)
                    yield Listed(rule, entry.group, name, plain, place, custom)


def _may_be_custom(group: str) -> bool:
    """Whether a group may come from a CustomResourceDefinition or an APIService: their names have a dot."""
    return "." in group or group in REMOVED_GROUPS


@cache
def _homes(minor: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for known in resources_of(minor):
        if known.group not in found.setdefault(known.name, []):
            found[known.name].append(known.group)
    return {name: tuple(groups) for name, groups in found.items()}


def groups_with(name: str, minor: int) -> tuple[str, ...]:
    """The API groups of Kubernetes that have a resource of this name."""
    return _homes(minor).get(name, ())


@cache
def resources_in(group: str, minor: int) -> frozenset[str]:
    """The resources and subresources of one API group, as patterns name them; empty for a group that it has not."""
    return frozenset(
        f"{known.name}/{known.subresource}" if known.subresource else known.name
        for known in resources_of(minor)
        if known.group == group
    )


@cache
def removed_in(group: str, name: str) -> int | None:
    """The first minor without a resource that Kubernetes once had."""
    if (group, name) in REMOVED_RESOURCES:
        return REMOVED_RESOURCES[group, name]
    removed = [known.removed for known in resources() if (known.group, known.name) == (group, name)]
    return max((minor for minor in removed if minor), default=None) if removed and None not in removed else None


def is_stale(group: str, name: str, minor: int) -> bool:
    """Whether Kubernetes once had it, and has it no more."""
    gone = removed_in(group, name)
    return gone is not None and gone <= minor
