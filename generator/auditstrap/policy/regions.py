"""Sets of requests, exactly: boxes of bit masks, what is left of one without others, and whether anything is.

A dimension of a request (its verb, its namespace …) is cut into atoms that no rule can tell apart, so a set of values
is the bits of an integer. Only the groups of a user are different: a request has a set of them. A region holds the
groups of which one must be there (``clauses``) and those that must not (``absent``); the complement of one clause is
the absence of all its groups, so cutting a box out of a region never needs more than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

BUDGET: Final = 3_000_000
"""How many pairs of a region and a box one question may look at: a few seconds."""


class Undecided(Exception):  # noqa: N818 - an answer that was not found, not a fault
    """A question that took more steps than its budget."""


class Box(NamedTuple):
    """The requests that one entry of a rule matches; ``clause`` 0 does not restrict groups.

    ``targets`` are masks: verbs, API groups, kinds, namespaces and names for resources; verbs and paths otherwise.
    """

    rule: int
    resource_request: bool
    users: int
    clause: int
    targets: tuple[int, ...]


class Region(NamedTuple):
    """A set of requests: the masks of a box, and what the groups of the user must and must not be."""

    resource_request: bool
    users: int
    clauses: tuple[int, ...]
    absent: int
    targets: tuple[int, ...]


@dataclass(frozen=True)
class Memberships:
    """Which users can, and which must, be in a group: one mask of users for each group."""

    can: tuple[int, ...]
    must: tuple[int, ...]
    _any_can: dict[int, int] = field(default_factory=dict, repr=False)
    _any_must: dict[int, int] = field(default_factory=dict, repr=False)

    def having(self, groups: int) -> int:
        """The users who can be in one of the groups."""
        if groups not in self._any_can:
            self._any_can[groups] = union(self.can[index] for index in bits(groups))
        return self._any_can[groups]

    def bound_to(self, groups: int) -> int:
        """The users who are always in one of the groups."""
        if groups not in self._any_must:
            self._any_must[groups] = union(self.must[index] for index in bits(groups))
        return self._any_must[groups]

    def possible(self, users: int, clauses: Iterable[int], absent: int) -> int:
        """Those of the users who can be in one group of every clause, and in none that is absent."""
        users &= ~self.bound_to(absent)
        for clause in clauses:
            users &= self.having(clause & ~absent)
        return users


def union(masks: Iterable[int]) -> int:
    """All bits of all masks."""
    result = 0
    for mask in masks:
        result |= mask
    return result


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def meet(region: Region, box: Box, memberships: Memberships) -> Region | None:
    """The part of a region that a box matches, None where there is none."""
    if region.resource_request is not box.resource_request:
        return None
    targets = tuple([own & other for own, other in zip(region.targets, box.targets, strict=True)])
    if 0 in targets:
        return None
    clauses = _with_clause(region.clauses, box.clause)
    users = region.users & box.users
    if users and (box.clause or region.absent):
        users = memberships.possible(users, clauses, region.absent)
    return Region(region.resource_request, users, clauses, region.absent, targets) if users else None


def _with_clause(clauses: tuple[int, ...], clause: int) -> tuple[int, ...]:
    if not clause or any(known & ~clause == 0 for known in clauses):
        return clauses
    return tuple(sorted({*(known for known in clauses if clause & ~known), clause}))


def overlap(one: Region, other: Region, memberships: Memberships) -> Region | None:
    """The requests that are in both regions, None where there are none."""
    if one.resource_request is not other.resource_request:
        return None
    targets = tuple([mine & yours for mine, yours in zip(one.targets, other.targets, strict=True)])
    clauses = one.clauses
    for clause in other.clauses:
        clauses = _with_clause(clauses, clause)
    absent = one.absent | other.absent
    users = memberships.possible(one.users & other.users, clauses, absent)
    return Region(one.resource_request, users, clauses, absent, targets) if users and 0 not in targets else None


def contains(wide: Region, region: Region, memberships: Memberships) -> bool:
    """Whether all requests of a region are in another."""
    if wide.resource_request is not region.resource_request or region.users & ~wide.users:
        return False
    if any(own & ~other for own, other in zip(region.targets, wide.targets, strict=True)):
        return False
    lacking = (memberships.possible(region.users, region.clauses, region.absent | clause) for clause in wide.clauses)
    if any(lacking):
        return False
    unwanted = wide.absent & ~region.absent
    return not (unwanted and memberships.possible(region.users, (*region.clauses, unwanted), region.absent))


def cut(region: Region, box: Box, memberships: Memberships) -> list[Region]:
    """What is left of a region without a box that meets it, as regions that do not overlap."""
    pieces: list[Region] = []
    users, clauses, targets = region.users, region.clauses, region.targets
    if outside := users & ~box.users:
        pieces.append(region._replace(users=outside))
        users &= box.users
    if box.clause:
        absent = region.absent | box.clause
        if without := memberships.possible(users, clauses, absent):
            pieces.append(region._replace(users=without, absent=absent))
        clauses = _with_clause(clauses, box.clause)
        users = memberships.possible(users, clauses, region.absent)
    for index, (own, other) in enumerate(zip(targets, box.targets, strict=True)):
        if rest := own & ~other:
            pieces.append(Region(region.resource_request, users, clauses, region.absent, _set(targets, index, rest)))
            targets = _set(targets, index, own & other)
    return pieces


def _set(targets: tuple[int, ...], index: int, mask: int) -> tuple[int, ...]:
    return (*targets[:index], mask, *targets[index + 1 :])


class Search:
    """Questions about what is left of regions, within one budget of steps."""

    def __init__(self, memberships: Memberships, budget: int = BUDGET) -> None:
        self.memberships = memberships
        self._steps_left = budget

    def survivor(self, region: Region, boxes: Sequence[Box]) -> tuple[Region | None, frozenset[int]]:
        """A part of the region that no box matches; or None, and the rules whose boxes cover it together.

        Raises Undecided past the budget.
        """
        used: set[int] = set()
        pending: list[tuple[Region, Sequence[Box]]] = [(region, boxes)]
        while pending:
            piece, candidates = pending.pop()
            meeting, best = self._meeting(piece, candidates)
            if best is None:
                return piece, frozenset()
            used.add(best.rule)
            pending.extend((rest, meeting) for rest in cut(piece, best, self.memberships))
        return None, frozenset(used)

    def survivors(self, region: Region, boxes: Sequence[Box]) -> list[Region]:
        """Everything of the region that no box matches, as regions that do not overlap. Raises Undecided."""
        found: list[Region] = []
        pending: list[tuple[Region, Sequence[Box]]] = [(region, boxes)]
        while pending:
            piece, candidates = pending.pop()
            meeting, best = self._meeting(piece, candidates)
            if best is None:
                found.append(piece)
            else:
                pending.extend((rest, meeting) for rest in cut(piece, best, self.memberships))
        return found

    def split(self, region: Region, box: Box) -> tuple[Region | None, list[Region]]:
        """The part of a region that a box matches, and what is left. Raises Undecided past the budget."""
        self._steps_left -= 1
        if self._steps_left < 0:
            raise Undecided
        hit = meet(region, box, self.memberships)
        return hit, [region] if hit is None else cut(region, box, self.memberships)

    def _meeting(self, region: Region, boxes: Sequence[Box]) -> tuple[list[Box], Box | None]:
        """The boxes that meet a region, and the one that leaves the least of it."""
        self._steps_left -= len(boxes) + 1
        if self._steps_left < 0:
            raise Undecided
        kind, users, targets = region.resource_request, region.users, region.targets
        meeting: list[Box] = []
        best, least = None, 1 << 30
        for box in boxes:
            if box.resource_request is not kind or not users & box.users:
                continue
            left = 0
            for own, other in zip(targets, box.targets):  # noqa: B905 - the same kind has the same dimensions
                if not own & other:
                    break
                if own & ~other:
                    left += 1
            else:
                if box.clause and not self._someone_in(region, box):
                    continue
                left += bool(users & ~box.users) + bool(box.clause)
                meeting.append(box)
                if left < least:
                    best, least = box, left
        return meeting, best

    def _someone_in(self, region: Region, box: Box) -> int:
        clauses = _with_clause(region.clauses, box.clause)
        return self.memberships.possible(region.users & box.users, clauses, region.absent)
