"""Regions of requests in words that a person understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from auditstrap.kubernetes.identities import (
    ANONYMOUS,
    AUTHENTICATED,
    COMPONENTS,
    SERVICE_ACCOUNTS,
    UNAUTHENTICATED,
)
from auditstrap.policy.atoms import Kinds, Literals, Paths
from auditstrap.policy.principals import Principal
from auditstrap.policy.regions import Region, bits
from auditstrap.policy.request import Request
from auditstrap.policy.universe import Universe

_PEOPLE: Final = "people"
_FAILED: Final = "requests whose authentication failed"
_TELLING_NOTHING: Final = frozenset({AUTHENTICATED, UNAUTHENTICATED})
_MOST: Final = 8
"""How many values are listed one by one."""


def describe(region: Region, universe: Universe) -> str:
    """What is asked, and by whom: ``create pods/exec by anyone outside system:masters``."""
    what = _resources(region, universe) if region.resource_request else _urls(region, universe)
    return f"{what} by {_who(region, universe)}"


def asked(request: Request) -> str:
    """One request: ``create /api/v1/namespaces/prod/secrets by alice``."""
    return f"{request.verb or 'an unknown method on'} {request.path or '/'} by {_sender(request)}"


def _sender(request: Request) -> str:
    if request.user is None:
        return "somebody whose authentication failed"
    groups = [
        group for group in request.groups if group not in _TELLING_NOTHING and not group.startswith(SERVICE_ACCOUNTS)
    ]
    return f"{request.user} in {', '.join(groups)}" if groups else request.user


def level_words(level: str) -> str:
    """A level as it reads in a sentence."""
    return "nothing" if level == "None" else level


def _resources(region: Region, universe: Universe) -> str:
    verbs, groups, kinds, namespaces, names = region.targets
    parts = [_literals(universe.verbs, verbs, "any verb on", _quoted_if_empty), _kinds(universe.kinds, kinds)]
    if groups != universe.api_groups.full:
        parts.append(f"in API group {_literals(universe.api_groups, groups, '', _group)}")
    if namespaces != universe.namespaces.full:
        parts.append(f"in namespace {_literals(universe.namespaces, namespaces, '', _namespace)}")
    if names != universe.names.full:
        parts.append(f"named {_literals(universe.names, names, '', _name)}")
    return " ".join(parts)


def _urls(region: Region, universe: Universe) -> str:
    verbs, paths = region.targets
    return f"{_literals(universe.verbs, verbs, 'any verb on', _quoted_if_empty)} {_paths(universe.paths, paths)}"


def _literals(literals: Literals, mask: int, full: str, shown: Callable[[str], str]) -> str:
    if mask == literals.full:
        return full
    if mask & 1:  # the atom of everything that is not mentioned
        without = [shown(value) for index, value in enumerate(literals.values) if not mask >> index & 1]
        return f"any but {listed(without)}"
    return listed([shown(literals.values[index]) for index in bits(mask)])


def listed(values: Sequence[str]) -> str:
    """Values in a row, the end of a long one left out."""
    if len(values) > _MOST:
        return f"{', '.join(values[:_MOST])} and {len(values) - _MOST} more"
    return ", ".join(values)


def _quoted_if_empty(verb: str) -> str:
    return verb or "an unknown verb"


def _group(group: str) -> str:
    return group or '"" (core)'


def _namespace(namespace: str) -> str:
    return namespace or '"" (cluster-wide)'


def _name(name: str) -> str:
    return name or '"" (no name)'


def _kinds(kinds: Kinds, mask: int) -> str:
    if mask == kinds.full:
        return "any resource"
    names = [kinds.shown(index) for index in range(len(kinds.atoms))]
    rest = next((index for index, name in enumerate(names) if name is None), None)
    if rest is not None and mask >> rest & 1:
        return (
            f"any resource but {listed([name for index, name in enumerate(names) if name and not mask >> index & 1])}"
        )
    return listed([names[index] or "any other resource" for index in bits(mask)])


def _paths(paths: Paths, mask: int) -> str:
    if mask == paths.full:
        return "any URL that is no resource"
    inside = [paths.shown(index) for index in bits(mask)]
    if None in inside:
        without = [name for index in range(len(paths.atoms)) if not mask >> index & 1 and (name := paths.shown(index))]
        return f"any URL but {listed(without)}" if without else "any other URL"
    return listed([name for name in inside if name])


def _who(region: Region, universe: Universe) -> str:
    people = _people(region.users, universe.principals)
    for clause in region.clauses:
        people += f" in {' or '.join(universe.user_groups[index] for index in bits(clause))}"
    if region.absent:
        people += f" outside {listed([universe.user_groups[index] for index in bits(region.absent)])}"
    return people


def _people(users: int, principals: Sequence[Principal]) -> str:
    inside = _persons([principal for index, principal in enumerate(principals) if users >> index & 1])
    outside = _persons([principal for index, principal in enumerate(principals) if not users >> index & 1])
    if not outside:
        return "anyone"
    if outside == [_FAILED]:
        return "any user"
    if _PEOPLE in outside or len(inside) <= len(outside):
        return listed(inside)
    if _FAILED in outside:
        return f"any user but {listed([person for person in outside if person != _FAILED])}"
    return f"anyone but {listed(outside)}"


def _persons(principals: Sequence[Principal]) -> list[str]:
    """Each by name or kind; the service accounts of a namespace as one where the unnamed are among them."""
    whole = {principal.service_account for principal in principals if not principal.named}
    return [
        _person(principal)
        for principal in principals
        if not (principal.named and principal.service_account and principal.service_account in whole)
    ]


def _person(principal: Principal) -> str:
    if principal.name is None:
        return _FAILED
    if principal.named or principal.name == ANONYMOUS or principal.name in COMPONENTS:
        return principal.name
    if principal.is_elsewhere:
        return "service accounts elsewhere"
    if namespace := principal.service_account:
        return f"service accounts in {namespace}"
    return "nodes" if principal.is_node else _PEOPLE
