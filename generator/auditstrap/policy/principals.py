"""Who can send a request: user names in atoms that no rule tells apart, and the groups that each of them has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from enum import IntEnum
from itertools import chain, count
from typing import NamedTuple

from auditstrap.kubernetes.identities import (
    ANONYMOUS,
    API_SERVER,
    AUTHENTICATED,
    COMPONENTS,
    CONTROL_PLANE_NAMESPACE,
    CONTROLLER_MANAGER,
    NODES,
    SCHEDULER,
    SERVICE_ACCOUNTS,
    UNAUTHENTICATED,
    is_node,
    issued_groups,
    service_account,
)
from auditstrap.policy.regions import Memberships


class Strength(IntEnum):
    """What a statement is proved of; a higher one includes the lower."""

    CONVENTION = 1
    """Identities as Kubernetes issues them, whose names keep to its conventions: nodes are ``system:node:NAME``."""
    IDENTITIES = 2
    """Requests as HTTP makes them, by users with the groups that Kubernetes gives them."""
    ALWAYS = 3
    """Every combination of attributes."""

    def __str__(self) -> str:
        """As the analysis names it: ``always``, ``identities`` or ``convention``."""
        return self.name.lower()


class Principal(NamedTuple):
    """One user, or all that no rule names, by an example. ``name`` None is a request without a user."""

    name: str | None
    named: bool
    """Whether the policy names it; otherwise it stands for all others of its kind."""
    is_elsewhere: bool = False
    """Whether it stands for the service accounts of all namespaces that nothing names."""

    @property
    def service_account(self) -> str | None:
        """The namespace, if it is a service account."""
        account = service_account(self.name or "")
        return account[0] if account else None

    @property
    def is_node(self) -> bool:
        """Whether it is named as a kubelet is."""
        return is_node(self.name or "")

    @property
    def is_control_plane(self) -> bool:
        """Whether it belongs to the control plane or to a node."""
        return self.name in COMPONENTS or self.is_node or self.service_account == CONTROL_PLANE_NAMESPACE

    @property
    def is_ordinary(self) -> bool:
        """Whether it is a person or a workload that the policy does not single out, nor its namespace."""
        if self.named or self.name in (None, ANONYMOUS) or self.is_control_plane:
            return False
        return self.is_elsewhere or not self.service_account

    @property
    def kind(self) -> str:
        """What it is one of, as far as facts go: a node, a service account of a namespace, or a person."""
        if account := self.service_account:
            return "service account" if self.is_elsewhere else f"service account in {account}"
        return "node" if self.is_node else "person"


def principals(users: Iterable[str], groups: Iterable[str]) -> tuple[Principal, ...]:
    """One for each user that is named, and one for all others of each kind; the most ordinary first."""
    named = list(dict.fromkeys(users))
    accounts = {account[0] for user in named if (account := service_account(user))}
    prefix = f"{SERVICE_ACCOUNTS}:"
    accounts |= {group.removeprefix(prefix) for group in groups if group.startswith(prefix)}
    namespaces = sorted(accounts | {CONTROL_PLANE_NAMESPACE})
    elsewhere = _unused("default", namespaces)
    issued = [name for name in (*COMPONENTS, ANONYMOUS) if name not in named]
    return (
        Principal(_unused("alice", named), named=False),
        Principal(_service_account(elsewhere, named), named=False, is_elsewhere=True),
        *(Principal(_service_account(namespace, named), named=False) for namespace in namespaces),
        Principal(_unused("system:node:worker-1", named), named=False),
        *(Principal(name, named=True) for name in named),
        *(Principal(name, named=False) for name in issued),
        Principal(None, named=False),
    )


def _service_account(namespace: str, taken: Collection[str]) -> str:
    return _unused(f"system:serviceaccount:{namespace}:app", taken)


def _unused(name: str, taken: Collection[str]) -> str:
    """An example of a name: itself, or with a number behind it where it is taken."""
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(candidate for candidate in names if candidate not in taken)


class _Groups(NamedTuple):
    """The groups that somebody has for certain, and those that they can have besides."""

    has: frozenset[str]
    can: Callable[[str], bool]


def memberships(known: Sequence[Principal], groups: Sequence[str], strength: Strength, minor: int) -> Memberships:
    """Who can and must be in each of the groups, as far as a statement of this strength may count on it."""
    can, must = [0] * len(groups), [0] * len(groups)
    for index, principal in enumerate(known):
        own = _groups(principal, strength, minor)
        for place, group in enumerate(groups):
            can[place] |= (group in own.has or own.can(group)) << index
            must[place] |= (group in own.has) << index
    return Memberships(tuple(can), tuple(must))


def groups_of(principal: Principal, strength: Strength, minor: int) -> frozenset[str]:
    """The groups that it always has."""
    return _groups(principal, strength, minor).has


def _groups(principal: Principal, strength: Strength, minor: int) -> _Groups:
    if principal.name is None:
        return _Groups(frozenset(), lambda _: False)
    if strength is Strength.ALWAYS:
        return _Groups(frozenset(), lambda _: True)
    exact = _exact_groups(principal, strength, minor)
    if exact is not None:
        return _Groups(exact, lambda _: False)
    others = frozenset({NODES}) if strength is Strength.CONVENTION else frozenset()
    return _Groups(frozenset({AUTHENTICATED}), lambda group: group not in others and not _is_issued(group))


def _exact_groups(principal: Principal, strength: Strength, minor: int) -> frozenset[str] | None:
    """All groups of somebody who gets them from Kubernetes itself."""
    if principal.name in {ANONYMOUS, API_SERVER} or principal.service_account:
        return issued_groups(principal.name or "", minor)
    if strength is Strength.CONVENTION and (principal.is_node or principal.name in {CONTROLLER_MANAGER, SCHEDULER}):
        return issued_groups(principal.name or "", minor)
    return None


def _is_issued(group: str) -> bool:
    """Whether only Kubernetes puts somebody into a group: no certificate of a person names it."""
    return group in {UNAUTHENTICATED, SERVICE_ACCOUNTS} or group.startswith(f"{SERVICE_ACCOUNTS}:")
