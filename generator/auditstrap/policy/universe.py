"""All requests that a cluster can get, cut into atoms by what some policies and questions mention.

No rule of the policies can tell two members of an atom apart, so what is found here holds for every request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from auditstrap.kubernetes import identities
from auditstrap.kubernetes.resources import Resource, resources_of
from auditstrap.policy import principals as who
from auditstrap.policy.atoms import Kind, Kinds, Literals, Paths
from auditstrap.policy.model import GroupResources, Policy, Rule
from auditstrap.policy.principals import Principal, Strength
from auditstrap.policy.regions import Box, Memberships, Region, bits, meet, union
from auditstrap.policy.request import Request
from auditstrap.policy.scopes import Scope, Who

RESOURCE_VERBS: Final = (
    "create", "update", "patch", "delete", "deletecollection", "get", "list", "watch", "proxy", "",
)  # fmt: skip
"""What RequestInfo makes of a request for a resource; "" of a method that it does not know."""
URL_VERBS: Final = ("get", "post", "put", "patch", "delete", "head", "options", "connect", "trace")
_NAMELESS: Final = frozenset({"create", "list", "watch", "deletecollection"})
_PATHS: Final = ("/metrics", "/healthz", "/livez", "/readyz", "/version", "/api", "/apis", "/openapi/v2", "/logs/")
_FAMILIAR: Final = ("pods", "deployments", "services", "nodes", "secrets", "configmaps", "roles", "jobs", "leases")
_NAMES: Final = tuple(f"{name}{number}" for number in ("", *range(2, 10_000)) for name in ("web-0", "db"))
_NAMESPACES: Final = tuple(f"{name}{number}" for number in ("", *range(2, 10_000)) for name in ("prod", "dev"))
_GROUPS: Final = tuple(f"{name}example.com" for name in ("", *(f"x{n}." for n in range(10_000))))
_VERBS: Final = tuple(f"other{number}" for number in ("", *range(10_000)))


@dataclass(frozen=True, slots=True)
class World:
    """The requests that a statement of one strength is about: disjoint regions, and who is in which group."""

    strength: Strength
    regions: tuple[Region, ...]
    memberships: Memberships


class Universe:
    """The atoms that the rules of some policies and scopes need, on one minor of Kubernetes."""

    def __init__(self, rules: Iterable[Rule], minor: int) -> None:
        rules = tuple(rules)
        entries = [entry for rule in rules for entry in rule.resources]
        self.minor = minor
        self.user_groups = tuple(dict.fromkeys((*_ISSUED_GROUPS, *(g for rule in rules for g in rule.user_groups))))
        self.principals = who.principals((u for rule in rules for u in rule.users), self.user_groups)
        self._users = {principal.name: index for index, principal in enumerate(self.principals)}
        self.verbs = Literals((*RESOURCE_VERBS, *URL_VERBS), (v for rule in rules for v in rule.verbs), _VERBS)
        self.api_groups = Literals(("",), (entry.group for entry in entries), _GROUPS)
        self.namespaces = Literals(("",), (n for rule in rules for n in rule.namespaces), _NAMESPACES)
        self.names = Literals(("",), (n for entry in entries for n in entry.resource_names), _NAMES)
        self.kinds = Kinds.of(
            (pattern for entry in entries for pattern in entry.resources), (_kind(known) for known in self._known)
        )
        self.paths = Paths.of((url for rule in rules for url in rule.non_resource_urls), _PATHS)

    @cached_property
    def _known(self) -> tuple[Resource, ...]:
        """The resources of this minor, the familiar ones first."""
        order = {name: place for place, name in enumerate(_FAMILIAR)}
        return tuple(
            sorted(resources_of(self.minor), key=lambda known: (order.get(known.name, 99), len(known.subresource)))
        )

    @cached_property
    def everyone(self) -> int:
        """All users, and requests without one."""
        return (1 << len(self.principals)) - 1

    @cached_property
    def with_user(self) -> int:
        """Everyone whose authentication did not fail."""
        return self._where(lambda principal: principal.name is not None)

    @cached_property
    def ordinary(self) -> int:
        """People and workloads that no rule names."""
        return self._where(lambda principal: principal.is_ordinary)

    def contains(self, region: Region, request: Request) -> bool:
        """Whether a request is in a region."""
        if region.resource_request is not request.resource_request or not region.users & 1 << self._user(request.user):
            return False
        groups = {index for index, group in enumerate(self.user_groups) if group in request.groups}
        if not groups.isdisjoint(bits(region.absent)):
            return False
        if any(groups.isdisjoint(bits(clause)) for clause in region.clauses):
            return False
        return all(mask & bit for mask, bit in zip(region.targets, self._target_bits(request), strict=True))

    def _user(self, name: str | None) -> int:
        """The place of a user, or of the one that stands for users like it."""
        if name in self._users:
            return self._users[name]
        kinds = [None if principal.named else principal.kind for principal in self.principals]
        wanted = Principal(name, named=False).kind
        return kinds.index(wanted if wanted in kinds else "service account")

    def _target_bits(self, request: Request) -> tuple[int, ...]:
        if not request.resource_request:
            return self.verbs.bit(request.verb), self.paths.bit(request.path)
        return (
            self.verbs.bit(request.verb),
            self.api_groups.bit(request.api_group),
            self.kinds.bit(Kind(request.resource, request.subresource)),
            self.namespaces.bit(request.namespace),
            self.names.bit(request.name),
        )

    def world(self, strength: Strength) -> World:
        """Everything that a statement of this strength is about."""
        if strength not in self._worlds:
            found = who.memberships(self.principals, self.user_groups, strength, self.minor)
            regions = self._all if strength is Strength.ALWAYS else self._real
            self._worlds[strength] = World(strength, regions, found)
        return self._worlds[strength]

    @cached_property
    def _worlds(self) -> dict[Strength, World]:
        return {}

    def full(self, *, resource_request: bool) -> tuple[int, ...]:
        """Every atom of each dimension of a target."""
        if resource_request:
            return (self.verbs.full, self.api_groups.full, self.kinds.full, self.namespaces.full, self.names.full)
        return (self.verbs.full, self.paths.full)

    @property
    def _all(self) -> tuple[Region, ...]:
        return tuple(Region(kind, self.everyone, (), 0, self.full(resource_request=kind)) for kind in (True, False))

    @property
    def _real(self) -> tuple[Region, ...]:
        """As RequestInfo makes them of URLs without empty segments."""
        nameless, kinds = self.names.bit(""), self.kinds
        single = self.verbs.mask(set(RESOURCE_VERBS) - {"deletecollection"})
        collection = self.verbs.mask(set(RESOURCE_VERBS) - {"get", "delete"})
        return (
            *self._resource_regions(collection, kinds.plain, nameless),
            *self._resource_regions(single, kinds.real, self.names.full & ~nameless),
            *([self._for_urls(self.verbs.mask(URL_VERBS), self.paths.real)] if self.paths.real else []),
        )

    def _resource_regions(self, verbs: int, kinds: int, names: int) -> Iterator[Region]:
        """A Namespace is in itself, and a list of them in none; everything else may be in any."""
        spaces = self.kinds.named("namespaces") if self.namespaces.mentioned else 0
        core = self.api_groups.bit("")
        if not spaces & kinds:
            yield self._for_resources(verbs, kinds, names)
            return
        yield self._for_resources(verbs, kinds & ~spaces, names)
        if others := self.api_groups.full & ~core:
            yield self._for_resources(verbs, kinds & spaces, names, groups=others)
        for among, namespace, name in self._itself(verbs, names):
            yield self._for_resources(among, kinds & spaces, name, groups=core, namespaces=namespace)

    def _itself(self, verbs: int, names: int) -> Iterator[tuple[int, int, int]]:
        """Verbs, namespaces and names of requests for Namespaces."""
        nowhere, listing = self.namespaces.bit(""), self.verbs.mask(("list", "watch"))
        if names == self.names.bit(""):
            yield verbs, nowhere, names
            return
        yield verbs & listing, nowhere, names
        for name in {self.namespaces.other, self.names.other, *self.namespaces.values, *self.names.values} - {""}:
            yield verbs & ~listing, self.namespaces.bit(name), self.names.bit(name)

    def _for_resources(
        self, verbs: int, kinds: int, names: int, *, groups: int | None = None, namespaces: int | None = None
    ) -> Region:
        groups = self.api_groups.full if groups is None else groups
        namespaces = self.namespaces.full if namespaces is None else namespaces
        return Region(True, self.everyone, (), 0, (verbs, groups, kinds, namespaces, names))  # noqa: FBT003 - for a resource

    def _for_urls(self, verbs: int, paths: int) -> Region:
        return Region(False, self.everyone, (), 0, (verbs, paths))  # noqa: FBT003 - a request for no resource

    def boxes(self, policy: Policy) -> tuple[tuple[Box, ...], ...]:
        """The boxes of each rule of a policy."""
        return tuple(tuple(self.rule_boxes(rule, index)) for index, rule in enumerate(policy.rules))

    def rule_boxes(self, rule: Rule, index: int) -> Iterator[Box]:
        """The boxes of one rule: one for each entry of its resources, one for its URLs."""
        users = self._users_mask(rule.users)
        clause = self._clause(rule.user_groups)
        verbs = self.verbs.mask(rule.verbs)
        only_resources = bool(rule.resources or rule.namespaces)
        if only_resources or not rule.non_resource_urls:
            namespaces = self.namespaces.mask(rule.namespaces)
            for entry in rule.resources or (None,):
                yield Box(index, True, users, clause, (verbs, *self._entry(entry, namespaces)))  # noqa: FBT003
        if not only_resources:
            yield Box(index, False, users, clause, (verbs, self.paths.mask(rule.non_resource_urls)))  # noqa: FBT003

    def _entry(self, entry: GroupResources | None, namespaces: int) -> tuple[int, int, int, int]:
        if entry is None:
            return self.api_groups.full, self.kinds.full, namespaces, self.names.full
        groups = self.api_groups.full if entry.group == "*" else self.api_groups.mask((entry.group,))
        names = self.names.mask(entry.resource_names) if entry.resources else self.names.full
        return groups, self.kinds.mask(entry.resources), namespaces, names

    def _users_mask(self, users: Sequence[str]) -> int:
        if not users:
            return self.everyone
        return union(1 << self._users[user] for user in users)

    def _clause(self, groups: Iterable[str]) -> int:
        return union(1 << self.user_groups.index(group) for group in groups)

    def regions(self, scope: Scope, world: World) -> list[Region]:
        """The requests of a scope in a world, but for those of its ``without``: see :meth:`excluded`."""
        boxes = list(self.rule_boxes(scope.matching, 0))
        users, absent = self._who(scope.who)
        found = []
        for region in world.regions:
            possible = world.memberships.possible(region.users & users, region.clauses, absent)
            if possible:
                part = region._replace(users=possible, absent=absent, targets=self._targets(region, scope))
                found += [met for box in boxes if (met := meet(part, box, world.memberships))]
        return found

    def _targets(self, region: Region, scope: Scope) -> tuple[int, ...]:
        if not (scope.unnamed and region.resource_request):
            return region.targets
        *others, names = region.targets
        return (*others, names & (self.names.bit("") | self.names.bit(self.names.other)))

    def excluded(self, scope: Scope) -> list[Box]:
        """The boxes of what a scope leaves out; they belong to no rule."""
        return [box for rule in scope.without for box in self.rule_boxes(rule, -1)]

    def _who(self, whose: Who) -> tuple[int, int]:
        """The users that are meant, and the groups that they are not in."""
        if whose is Who.UNAUTHENTICATED:
            return self._where(lambda principal: principal.name is None), 0
        if whose is Who.AUTHENTICATED:
            return self._where(lambda principal: principal.name not in (None, identities.ANONYMOUS)), 0
        if whose is Who.OUTSIDE_CONTROL_PLANE:
            groups = (identities.NODES, f"{identities.SERVICE_ACCOUNTS}:{identities.CONTROL_PLANE_NAMESPACE}")
            return self._where(lambda principal: not principal.is_control_plane), self._clause(groups)
        if whose is Who.NODES:
            return self._where(lambda principal: principal.is_node and not principal.named), 0
        if whose is Who.ANYONE:
            return self.everyone, 0
        return self._ordinary(whose)

    def _ordinary(self, whose: Who) -> tuple[int, int]:
        """Those that no rule singles out, by name or by a group that is not Kubernetes' own."""
        absent = {group for group in self.user_groups if not _belongs_to_ordinary(group)}
        if whose is Who.PEOPLE:
            absent |= {group for group in self.user_groups if group in identities.ADMINISTRATORS}
        people = self._where(lambda principal: principal.kind == "person")
        workloads = self._where(lambda principal: principal.is_elsewhere)
        users = {Who.ORDINARY: self.ordinary, Who.WORKLOADS: workloads}.get(whose, people)
        return users & self.ordinary, self._clause(absent)

    def _where(self, wanted: Callable[[Principal], bool]) -> int:
        return union(1 << index for index, principal in enumerate(self.principals) if wanted(principal))

    def example(self, region: Region, world: World) -> Request:
        """One request of a region, such as a cluster is likely to get."""
        user = next(bits(region.users))
        name = self.principals[user].name
        groups = self._example_groups(user, region, world)
        if region.resource_request:
            return self._resource_example(region, name, groups)
        verbs, paths = region.targets
        verb = _first(verbs, self.verbs.values, URL_VERBS)
        real = paths & self.paths.real or paths
        return Request(user=name, groups=groups, verb=verb, path=self.paths.atoms[next(bits(real))])

    def _example_groups(self, user: int, region: Region, world: World) -> tuple[str, ...]:
        chosen = {index for index in range(len(self.user_groups)) if world.memberships.must[index] >> user & 1}
        for clause in region.clauses:
            if not any(clause >> index & 1 for index in chosen):
                possible = clause & ~region.absent
                chosen.add(next(index for index in bits(possible) if world.memberships.can[index] >> user & 1))
        principal = self.principals[user]
        fixed = (
            who.groups_of(principal, Strength.IDENTITIES, self.minor)
            if world.strength < Strength.ALWAYS
            else frozenset()
        )
        return tuple(sorted({*(self.user_groups[index] for index in chosen), *fixed}))

    def _resource_example(self, region: Region, user: str | None, groups: tuple[str, ...]) -> Request:
        verbs, api_groups, kinds, namespaces, names = region.targets
        known = self._known_in(region)
        if known is not None:
            group, kind, likely = known.group, _kind(known), [verb for verb in RESOURCE_VERBS if verb in known.verbs]
        else:
            group, kind, likely = self._api_group(api_groups), self._kind(kinds, names), list(RESOURCE_VERBS)
        verb = _first(verbs, self.verbs.values, likely)
        namespace = _value(self.namespaces, namespaces, empty_first=known is not None and not known.namespaced)
        name = _value(self.names, names, empty_first=verb in _NAMELESS and not kind.subresource)
        if (group, kind.resource) == ("", "namespaces"):
            namespace, name = self._namespace_itself(verb, region, namespace, name)
        path = resource_path(group, *kind, namespace, name)
        return Request(user, groups, verb, group, "v1", *kind, namespace, name, resource_request=True, path=path)

    def _namespace_itself(self, verb: str, region: Region, namespace: str, name: str) -> tuple[str, str]:
        """The namespace and name of a Namespace, the same where the region has such a one."""
        *_, namespaces, names = region.targets
        if not name or verb in {"list", "watch"}:
            return "" if namespaces & self.namespaces.bit("") else namespace, name
        both = (value for value in (name, namespace, *self.names.values, *self.namespaces.values) if value)
        same = (v for v in both if namespaces & self.namespaces.bit(v) and names & self.names.bit(v))
        found = next(same, None)
        return (found, found) if found else (namespace, name)

    def _kind(self, kinds: int, names: int) -> Kind:
        """An example of kinds that has no subresource where there are only requests without a name."""
        if names == self.names.bit("") and (plain := kinds & self.kinds.plain):
            return self.kinds.plain_atoms[next(bits(plain))]
        return self.kinds.atoms[next(bits(kinds & self.kinds.real or kinds))]

    def _api_group(self, api_groups: int) -> str:
        return self.api_groups.values[next(bits(api_groups))]

    def _known_in(self, region: Region) -> Resource | None:
        verbs, api_groups, kinds, namespaces, names = region.targets
        named = names != self.names.bit("")
        candidates = [
            known
            for known, group, kind, its_verbs in self._known_bits
            if group & api_groups and kind & kinds and its_verbs & verbs and (named or not known.subresource)
        ]
        fitting = (known for known in candidates if known.namespaced or namespaces & self.namespaces.bit(""))
        return next(fitting, candidates[0] if candidates else None)

    @cached_property
    def _known_bits(self) -> tuple[tuple[Resource, int, int, int], ...]:
        return tuple(
            (
                known,
                self.api_groups.bit(known.group),
                self.kinds.bit(_kind(known)),
                union(map(self.verbs.bit, known.verbs)),
            )
            for known in self._known
        )


_ISSUED_GROUPS: Final = (
    identities.AUTHENTICATED,
    identities.UNAUTHENTICATED,
    identities.MASTERS,
    identities.NODES,
    identities.SERVICE_ACCOUNTS,
    f"{identities.SERVICE_ACCOUNTS}:{identities.CONTROL_PLANE_NAMESPACE}",
)


def _belongs_to_ordinary(group: str) -> bool:
    if group in {identities.AUTHENTICATED, identities.SERVICE_ACCOUNTS, *identities.ADMINISTRATORS}:
        return True
    return group.startswith(f"{identities.SERVICE_ACCOUNTS}:") and not group.endswith(
        f":{identities.CONTROL_PLANE_NAMESPACE}"
    )


def _kind(known: Resource) -> Kind:
    return Kind(known.name, known.subresource)


def _first(mask: int, values: Sequence[str], preferred: Iterable[str]) -> str:
    """The preferred one of the values in a mask."""
    inside = [values[index] for index in bits(mask)]
    return next((value for value in preferred if value in inside), inside[0])


def _value(literals: Literals, mask: int, *, empty_first: bool) -> str:
    """An example of the values in a mask: one that no rule mentions, then one that some rule does, then none at all."""
    inside = [literals.values[index] for index in bits(mask)]
    if "" in inside and (empty_first or len(inside) == 1):
        return ""
    return next(value for value in inside if value)


def resource_path(group: str, resource: str, subresource: str, namespace: str, name: str) -> str:
    """The URL path of a request for a resource, in version v1 of its group."""
    parts = ["apis", group, "v1"] if group else ["api", "v1"]
    if namespace and not (resource == "namespaces" and not group):
        parts += ["namespaces", namespace]
    return "/" + "/".join(part for part in (*parts, resource, name, subresource) if part)
