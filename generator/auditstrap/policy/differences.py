"""``diff``: exactly the requests that two policies treat differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from auditstrap.kubernetes.versions import NEWEST_MINOR, parse_version
from auditstrap.policy.decisions import LIKELIEST_FIRST, Decisions
from auditstrap.policy.evaluate import Decision, evaluate
from auditstrap.policy.model import Policy
from auditstrap.policy.outcomes import RANK, Outcome
from auditstrap.policy.principals import Strength
from auditstrap.policy.regions import BUDGET, Region, Undecided, contains, overlap
from auditstrap.policy.request import Request
from auditstrap.policy.universe import Universe, World
from auditstrap.policy.words import describe

Widening = Callable[[Region, Universe], Region]


@dataclass(frozen=True, slots=True)
class Difference:
    """Requests whose outcome changes from ``before`` to ``after``, which are the decisions on ``witness``.

    ``requests`` says in words which they are. ``likely`` is whether Kubernetes would make one of them: users with the
    groups that it gives them, verbs and paths as HTTP has them.
    """

    before: Decision
    after: Decision
    witness: Request
    requests: str
    likely: bool
    _region: Region = field(repr=False, compare=False)
    _universe: Universe = field(repr=False, compare=False)

    def covers(self, request: Request) -> bool:
        """Whether a request is one of these; the regions of a diff may overlap."""
        return self._universe.contains(self._region, request)

    @property
    def records_less(self) -> bool:
        """Whether less is written afterwards: a lower level, or fewer stages of an event."""
        authenticated = self.witness.user is not None
        old, new = (_effective(decision, authenticated=authenticated) for decision in (self.before, self.after))
        if RANK[new] != RANK[old]:
            return RANK[new] < RANK[old]
        return new != "None" and bool(set(self.after.omit_stages) - set(self.before.omit_stages))


class TooDifferent(Exception):  # noqa: N818 - an answer that was not found, not a fault
    """Two policies whose differences take more steps to find than the budget allows."""


def diff(
    old: Policy,
    new: Policy,
    kubernetes: str = f"1.{NEWEST_MINOR}",
    *,
    among: Strength | None = None,
    budget: int = BUDGET,
) -> tuple[Difference, ...]:
    """The regions of requests that the two treat differently; together they are exactly those requests.

    ``among`` says of which requests, see :class:`auditstrap.policy.principals.Strength`: by default of those that
    Kubernetes would make, or of more where these fare the same. What records less comes first. Raises TooDifferent
    past the budget (see :data:`auditstrap.policy.regions.BUDGET`), ValueError for a version that is not known.
    """
    universe = Universe((*old.rules, *new.rules), parse_version(kubernetes).minor)
    decisions = Decisions(old, universe, budget=budget), Decisions(new, universe, budget=budget)
    try:
        for strength in LIKELIEST_FIRST if among is None else (among,):
            pair = _Pair(*decisions, universe.world(strength))
            found = [
                pair.difference(old, new, region)
                for outcomes, regions in pair.changed().items()
                for region in pair.widened(merged(pair.widened(merged(regions), *outcomes)), *outcomes)
            ]
            if found:
                break
    except Undecided:
        raise TooDifferent from None
    return tuple(sorted(found, key=_by_loss))


def _by_loss(difference: Difference) -> tuple[bool, int, int, bool, str]:
    before, after = RANK[difference.before.level], RANK[difference.after.level]
    urls = not difference.witness.resource_request
    return not difference.records_less, -before, after, urls, difference.requests


class _Pair:
    """Two policies over the atoms of both, in one world."""

    def __init__(self, old: Decisions, new: Decisions, world: World) -> None:
        self._old, self._new, self._world = old, new, world
        self._universe = old.universe

    def changed(self) -> dict[tuple[Outcome, Outcome], list[Region]]:
        """What changes, by the two outcomes; the regions do not overlap."""
        found: dict[tuple[Outcome, Outcome], list[Region]] = {}
        for before, region in self._decided(self._old, self._world.regions):
            for after, part in self._decided(self._new, [region], skip=before):
                found.setdefault((before, after), []).append(part)
        return found

    def _decided(
        self, decisions: Decisions, regions: Iterable[Region], skip: Outcome | None = None
    ) -> Iterator[tuple[Outcome, Region]]:
        """Every part of the regions with its outcome, but for those whose outcome is the same as ``skip``."""
        search = decisions.search(self._world)
        left = list(regions)
        for rule, outcome in enumerate(decisions.outcomes):
            if not left:
                return
            wanted = skip is None or not outcome.same_as(skip)
            boxes = decisions.boxes[rule] if rule < decisions.no_rule else ()
            if rule == decisions.no_rule:
                yield from ((outcome, region) for region in left if wanted)
                return
            for box in boxes:
                rest: list[Region] = []
                for region in left:
                    hit, missed = search.split(region, box)
                    if hit is not None and wanted:
                        yield outcome, hit
                    rest += missed
                left = rest

    def widened(self, regions: list[Region], before: Outcome, after: Outcome) -> list[Region]:
        """The same requests in fewer regions, which may overlap: each as wide as its outcomes stay the same."""
        found: list[Region] = []
        for region in sorted(regions, key=_narrowness):
            if not any(contains(wide, region, self._world.memberships) for wide in found):
                found.append(self._wide(region, before, after))
        return [
            region
            for index, region in enumerate(found)
            if not any(contains(wide, region, self._world.memberships) for wide in found[index + 1 :])
        ]

    def _wide(self, region: Region, before: Outcome, after: Outcome) -> Region:
        for widen in _WIDENINGS:
            wider = widen(region, self._universe)
            if wider != region and self._all(wider, before, after):
                region = wider
        return region

    def _all(self, region: Region, before: Outcome, after: Outcome) -> bool:
        """Whether every request of the world in this region has these outcomes."""
        parts = [part for whole in self._world.regions if (part := overlap(region, whole, self._world.memberships))]
        return all(
            outcome.same_as(wanted) or decisions.decided(rule, parts, self._world)[0] is None
            for decisions, wanted in ((self._old, before), (self._new, after))
            for rule, outcome in enumerate(decisions.outcomes)
        )

    def difference(self, old: Policy, new: Policy, region: Region) -> Difference:
        """A region with a request of it, in words."""
        part = next(part for whole in self._world.regions if (part := overlap(region, whole, self._world.memberships)))
        witness = self._universe.example(part, self._world)
        words = describe(region, self._universe)
        likely = self._world.strength is not Strength.ALWAYS
        before, after = evaluate(old, witness), evaluate(new, witness)
        return Difference(before, after, witness, words, likely, region, self._universe)


def _narrowness(region: Region) -> tuple[int, int]:
    return len(region.clauses) + bool(region.absent), -sum(mask.bit_count() for mask in region.targets)


def _without_clauses(region: Region, _: Universe) -> Region:
    return region._replace(clauses=())


def _without_absent(region: Region, _: Universe) -> Region:
    return region._replace(absent=0)


def _everyone(region: Region, universe: Universe) -> Region:
    return region._replace(users=universe.everyone)


def _every_user(region: Region, universe: Universe) -> Region:
    return region._replace(users=universe.with_user)


def _every_target(index: int) -> Widening:
    def widen(region: Region, universe: Universe) -> Region:
        full = universe.full(resource_request=region.resource_request)
        return _with_target(region, index, full[index]) if index < len(full) else region

    return widen


def _namespaces_too(region: Region, universe: Universe) -> Region:
    """Namespaces are told apart from everything else by what URLs they have, not by the policies alone."""
    if not region.resource_request:
        return region
    return _with_target(region, _KINDS, region.targets[_KINDS] | universe.kinds.named("namespaces"))


_KINDS: Final = 2
_WIDENINGS: Final[tuple[Widening, ...]] = (
    _without_clauses,
    _without_absent,
    _every_user,
    _everyone,
    _every_target(4),
    _every_target(3),
    _namespaces_too,
    *map(_every_target, reversed(range(3))),
)


def merged(regions: list[Region]) -> list[Region]:
    """The same requests in fewer regions: two that differ in one dimension only become one."""
    count = len(regions) + 1
    while len(regions) < count:
        count = len(regions)
        regions = _joined(regions, lambda region: region.users, _with_users)
        for index in range(5):
            regions = _joined_targets(regions, index)
    return regions


def _joined_targets(regions: list[Region], index: int) -> list[Region]:
    short = [region for region in regions if len(region.targets) <= index]
    long = [region for region in regions if len(region.targets) > index]

    def with_mask(region: Region, mask: int) -> Region:
        return _with_target(region, index, mask)

    return short + _joined(long, lambda region: region.targets[index], with_mask)


def _joined(
    regions: list[Region], mask_of: Callable[[Region], int], with_mask: Callable[[Region, int], Region]
) -> list[Region]:
    """Those that are the same but for one mask, as one."""
    found: dict[Region, int] = {}
    for region in regions:
        rest = with_mask(region, 0)
        found[rest] = found.get(rest, 0) | mask_of(region)
    return [with_mask(rest, mask) for rest, mask in found.items()]


def _with_users(region: Region, users: int) -> Region:
    return region._replace(users=users)


def _with_target(region: Region, index: int, mask: int) -> Region:
    return region._replace(targets=(*region.targets[:index], mask, *region.targets[index + 1 :]))


def _effective(decision: Decision, *, authenticated: bool) -> str:
    outcome = Outcome(decision.level, decision.omit_stages, decision.omit_managed_fields)
    return outcome.effective(authenticated=authenticated)
