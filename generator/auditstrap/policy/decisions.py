"""Which requests each rule of a policy decides: what it matches, without what the rules before it do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from auditstrap.policy.evaluate import Match, matcher
from auditstrap.policy.model import Policy
from auditstrap.policy.outcomes import outcomes
from auditstrap.policy.principals import Strength
from auditstrap.policy.regions import BUDGET, Box, Region, Search, meet
from auditstrap.policy.request import Request
from auditstrap.policy.universe import Universe, World

LIKELIEST_FIRST: Final = (Strength.CONVENTION, Strength.IDENTITIES, Strength.ALWAYS)
"""From the fewest requests to all: a witness is looked for among the likeliest."""


class Found(NamedTuple):
    """A region and the world that it is of."""

    region: Region
    world: World


class Decisions:
    """One policy in a universe; rules count from 0, and one past the last stands for no rule."""

    def __init__(self, policy: Policy, universe: Universe, *, budget: int = BUDGET) -> None:
        self.universe = universe
        self.boxes = universe.boxes(policy)
        self._flat = [box for boxes in self.boxes for box in boxes]
        self._starts = [0, *accumulate(map(len, self.boxes))]
        self._rules = policy.rules
        self.outcomes = outcomes(policy)
        self._budget = budget

    @property
    def no_rule(self) -> int:
        """What stands for no rule."""
        return len(self.boxes)

    def search(self, world: World) -> Search:
        """A search with a budget of its own."""
        return Search(world.memberships, self._budget)

    def parts(self, rule: int, regions: Iterable[Region], world: World) -> Iterator[Region]:
        """What a rule matches of some regions."""
        for region in regions:
            if rule == self.no_rule:
                yield region
                continue
            for box in self.boxes[rule]:
                if part := meet(region, box, world.memberships):
                    yield part

    def before(self, rule: int, first: int = 0) -> list[Box]:
        """The boxes of the rules from ``first`` to before this one."""
        return self._flat[self._starts[first] : self._starts[rule]]

    def decided(
        self, rule: int, regions: Iterable[Region], world: World, without: Sequence[Box] = ()
    ) -> tuple[Region | None, frozenset[int]]:
        """A part of the regions that a rule decides; or None, and the rules that take all that it matches.

        Requests of ``without`` do not count. Raises Undecided.
        """
        search = self.search(world)
        covering: frozenset[int] = frozenset()
        for part in self.parts(rule, regions, world):
            found, used = search.survivor(part, [*without, *self.before(rule)])
            if found is not None:
                return found, frozenset()
            covering |= used
        return None, covering

    def first_from(self, rule: int, request: Request) -> int:
        """Which of this rule and those behind it is the first to match a request."""
        later = range(rule, self.no_rule)
        return next((index for index in later if self._matchers[index](request)), self.no_rule)

    @cached_property
    def _matchers(self) -> tuple[Match, ...]:
        return tuple(map(matcher, self._rules))

    def example(self, found: Found) -> Request:
        """A request of a region."""
        return self.universe.example(found.region, found.world)
