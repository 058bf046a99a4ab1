"""Rules that decide nothing, and rules that change nothing."""

from __future__ import annotations

from dataclasses import dataclass

from auditstrap.policy.decisions import LIKELIEST_FIRST, Decisions, Found
from auditstrap.policy.outcomes import RANK
from auditstrap.policy.principals import Strength
from auditstrap.policy.regions import Region, Search
from auditstrap.policy.request import Request
from auditstrap.policy.universe import World


@dataclass(frozen=True, slots=True)
class DeadRule:
    """A rule that decides no request.

    ``covered_by`` are rules before it that together match all that it does, none of which can be left out; empty
    where it matches nothing. ``witness`` is a request that it matches, if there is one. ``proof`` says of which
    requests this holds: ``always`` of all, ``identities`` of those that HTTP and the identities of Kubernetes allow,
    ``convention`` of those whose user names keep to its conventions too. ``records_less`` is whether less is written
    of some request than the rule would write; the witness is one then.
    """

    rule: int
    covered_by: tuple[int, ...]
    witness: Request | None
    proof: str
    records_less: bool


@dataclass(frozen=True, slots=True)
class RedundantRule:
    """A rule that decides requests, all of them as the rules behind it would without it; ``proof`` as above."""

    rule: int
    witness: Request
    proof: str


def fate(decisions: Decisions, rule: int) -> Found | DeadRule:
    """What a rule decides, among the likeliest requests; or how widely it is dead, and why. Raises Undecided."""
    dead: tuple[World, frozenset[int]] | None = None
    for strength in LIKELIEST_FIRST:
        world = decisions.universe.world(strength)
        region, covering = decisions.decided(rule, world.regions, world)
        if region is not None:
            return Found(region, world) if dead is None else _dead_rule(decisions, rule, *dead)
        dead = world, covering
    if dead is None:
        raise AssertionError(LIKELIEST_FIRST)
    return _dead_rule(decisions, rule, *dead)


def _dead_rule(decisions: Decisions, rule: int, world: World, covering: frozenset[int]) -> DeadRule:
    matched = _likeliest(decisions, rule, world)
    if matched is None:
        return DeadRule(rule, (), None, str(world.strength), records_less=False)
    likely, parts = matched
    covered_by = _fewest(decisions, rule, world, covering)
    less = _recorded_less(decisions, rule, (*covered_by, *range(rule)), parts, likely)
    witness = decisions.example(Found(less or parts[0], likely))
    return DeadRule(rule, covered_by, witness, str(world.strength), records_less=less is not None)


def _likeliest(decisions: Decisions, rule: int, most: World) -> tuple[World, list[Region]] | None:
    """What the rule matches by itself, among the likeliest requests up to those of one world."""
    for strength in LIKELIEST_FIRST:
        world = decisions.universe.world(strength)
        if parts := list(decisions.parts(rule, world.regions, world)):
            return world, parts
        if strength is most.strength:
            break
    return None


def _recorded_less(
    decisions: Decisions, rule: int, before: tuple[int, ...], parts: list[Region], world: World
) -> Region | None:
    """Some of what a rule matches that one of those before it decides, at a lower level."""
    levels = [RANK[outcome.level] for outcome in decisions.outcomes]
    for earlier in before:
        if levels[earlier] < levels[rule]:
            region, _ = decisions.decided(earlier, parts, world)
            if region is not None:
                return region
    return None


def _fewest(decisions: Decisions, rule: int, world: World, covering: frozenset[int]) -> tuple[int, ...]:
    """Rules that cover this one together, none of which can be left out; early ones are kept."""
    needed = sorted(covering)
    for candidate in sorted(covering, reverse=True):
        fewer = [index for index in needed if index != candidate]
        if fewer and _cover(decisions, rule, fewer, world):
            needed = fewer
    return tuple(needed)


def _cover(decisions: Decisions, rule: int, rules: list[int], world: World) -> bool:
    boxes = [box for index in rules for box in decisions.boxes[index]]
    search = decisions.search(world)
    parts = decisions.parts(rule, world.regions, world)
    return all(search.survivor(part, boxes)[0] is None for part in parts)


def redundancy(decisions: Decisions, rule: int, live: Found) -> RedundantRule | None:
    """How widely a live rule changes nothing; None where it does change something. Raises Undecided."""
    witness = decisions.example(live)
    if not _same_without(decisions, rule, witness):
        return None
    proof: Strength | None = None
    for strength in LIKELIEST_FIRST:
        if _changes(decisions, rule, decisions.universe.world(strength)):
            break
        proof = strength
    return RedundantRule(rule, witness, str(proof)) if proof is not None else None


def _same_without(decisions: Decisions, rule: int, request: Request) -> bool:
    """Whether one request that the rule decides would fare the same without it."""
    instead = decisions.first_from(rule + 1, request)
    return decisions.outcomes[instead].same_as(decisions.outcomes[rule])


def _changes(decisions: Decisions, rule: int, world: World) -> bool:
    before, search = decisions.before(rule), decisions.search(world)
    return any(
        _falls_to_another(decisions, piece, rule, world, search)
        for part in decisions.parts(rule, world.regions, world)
        for piece in search.survivors(part, before)
    )


def _falls_to_another(decisions: Decisions, region: Region, rule: int, world: World, search: Search) -> bool:
    """Whether a later rule of another outcome would decide some of what this rule does."""
    for later in range(rule + 1, decisions.no_rule + 1):
        if not decisions.outcomes[later].same_as(decisions.outcomes[rule]):
            between = decisions.before(later, rule + 1)
            if any(search.survivor(part, between)[0] for part in decisions.parts(later, [region], world)):
                return True
    return False
