"""Statements about all requests of a scope, proved or refuted with a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from auditstrap.policy.decisions import LIKELIEST_FIRST, Decisions, Found
from auditstrap.policy.model import Level, Policy, Rule
from auditstrap.policy.outcomes import RANK, Outcome
from auditstrap.policy.principals import Strength
from auditstrap.policy.regions import BUDGET, Undecided
from auditstrap.policy.request import Request
from auditstrap.policy.scopes import Scope
from auditstrap.policy.universe import Universe, World


@dataclass(frozen=True, slots=True)
class Claim:
    """Every request of the scope is written at one of the levels from ``at_least`` to ``at_most``.

    What leaves no event, for its level or its stages, counts as level None.
    """

    scope: Scope
    at_least: Level = "None"
    at_most: Level = "RequestResponse"

    def holds_for(self, outcome: Outcome, *, authenticated: bool) -> bool:
        """Whether an outcome is within the bounds."""
        rank = RANK[outcome.effective(authenticated=authenticated)]
        return RANK[self.at_least] <= rank <= RANK[self.at_most]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: ``holds`` None is undecided within the budget.

    ``proof`` says of which requests it was proved: ``always``, ``identities`` or ``convention``. ``witness`` refutes
    it, or, where the proof is not of all requests, shows what it does not cover; ``rule`` decides that request.
    """

    holds: bool | None
    proof: str | None = None
    witness: Request | None = None
    rule: int | None = None


def judge(policy: Policy, claims: Sequence[Claim], minor: int, *, budget: int = BUDGET) -> tuple[Verdict, ...]:
    """A verdict on each claim, for Kubernetes 1.``minor``."""
    universe = Universe((*policy.rules, *rules_of(claim.scope for claim in claims)), minor)
    decisions = Decisions(policy, universe, budget=budget)
    return tuple(verdict(decisions, claim) for claim in claims)


def rules_of(scopes: Iterable[Scope]) -> Iterator[Rule]:
    """The rules that scopes are made of, for a universe that can tell their requests apart."""
    for scope in scopes:
        yield scope.matching
        yield from scope.without


def verdict(decisions: Decisions, claim: Claim) -> Verdict:
    """A verdict on one claim, whose scope's rules are in the universe."""
    proof: Strength | None = None
    for strength in LIKELIEST_FIRST:
        world = decisions.universe.world(strength)
        try:
            against = next(_counterexamples(decisions, claim, world), None)
        except Undecided:
            return Verdict(holds=None if proof is None else True, proof=_named(proof))
        if against is not None:
            rule, found = against
            index = None if rule == decisions.no_rule else rule
            return Verdict(proof is not None, _named(proof), decisions.example(found), index)
        proof = strength
    return Verdict(holds=True, proof=_named(proof))


def _named(proof: Strength | None) -> str | None:
    return None if proof is None else str(proof)


def violations(policy: Policy, claims: Sequence[Claim], minor: int) -> Iterator[tuple[int | None, Request]]:
    """Every rule that breaks one of the claims, with a likely request that shows it; None for no rule.

    What takes more steps than the budget is left out.
    """
    universe = Universe((*policy.rules, *rules_of(claim.scope for claim in claims)), minor)
    decisions = Decisions(policy, universe)
    world = universe.world(Strength.CONVENTION)
    found: dict[int | None, Request] = {}
    with suppress(Undecided):
        for claim in claims:
            for rule, against in _counterexamples(decisions, claim, world):
                found.setdefault(None if rule == decisions.no_rule else rule, decisions.example(against))
    yield from found.items()


def _counterexamples(decisions: Decisions, claim: Claim, world: World) -> Iterator[tuple[int, Found]]:
    excluded = decisions.universe.excluded(claim.scope)
    everyone = decisions.universe.regions(claim.scope, world)
    for users, authenticated in _likeliest_first(decisions.universe):
        regions = [region._replace(users=region.users & users) for region in everyone if region.users & users]
        for rule, outcome in enumerate(decisions.outcomes):
            if not claim.holds_for(outcome, authenticated=authenticated):
                region, _ = decisions.decided(rule, regions, world, excluded)
                if region is not None:
                    yield rule, Found(region, world)


def _likeliest_first(universe: Universe) -> Iterator[tuple[int, bool]]:
    """Users to look for a witness among, and whether their authentication succeeded."""
    yield universe.ordinary, True
    yield universe.with_user & ~universe.ordinary, True
    yield universe.everyone & ~universe.with_user, False
