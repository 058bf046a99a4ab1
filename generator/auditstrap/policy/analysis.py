"""``analyse``: what a policy does with *all* requests, each statement with a request that shows it.

No request is sampled: rules and questions are sets of requests (:mod:`auditstrap.policy.regions`), and what a rule
decides is its set without those of the rules before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from auditstrap.kubernetes.versions import NEWEST_MINOR, parse_version
from auditstrap.policy.decisions import LIKELIEST_FIRST, Decisions, Found
from auditstrap.policy.lifeless import DeadRule, RedundantRule, fate, redundancy
from auditstrap.policy.model import Policy, Rule
from auditstrap.policy.principals import Strength
from auditstrap.policy.questions import SENSITIVE_BODIES, Access, Body, accesses
from auditstrap.policy.regions import BUDGET, Region, Undecided, bits
from auditstrap.policy.request import Request
from auditstrap.policy.universe import Universe

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BodyWritten:
    """A body with credentials (``secret``, ``configmap`` or ``token``) that one rule lets into the log.

    ``verbs`` are those of such requests, ``users`` whose they are: names, or an example for all that no rule names.
    """

    subject: str
    rule: int
    level: str
    verbs: tuple[str, ...]
    users: tuple[str, ...]
    witness: Request


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Requests that leave nothing in the log; ``rule`` None is where none matches."""

    subject: str
    rule: int | None
    witness: Request


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is known of a policy, rules counted from 0.

    ``uncovered`` is a request that no rule matches. ``never_written`` has one entry for each rule that writes
    nothing; ``missed`` what ordinary users do that is to be written: ``exec``, ``write``, ``secret-read``.
    ``undecided`` names the questions that took more steps than the budget allows.
    """

    dead: tuple[DeadRule, ...]
    redundant: tuple[RedundantRule, ...]
    uncovered: Request | None
    bodies: tuple[BodyWritten, ...]
    never_written: tuple[Unwritten, ...]
    missed: tuple[Unwritten, ...]
    records_nothing: bool
    undecided: tuple[str, ...]


def analyse(policy: Policy, kubernetes: str = f"1.{NEWEST_MINOR}", *, budget: int = BUDGET) -> Analysis:
    """Everything that is known of a policy on this version.

    ``budget`` bounds the steps of each question, see :data:`auditstrap.policy.regions.BUDGET`.
    Raises ValueError for a version that is not known.
    """
    return _Analyser(policy, parse_version(kubernetes).minor, budget).analysis()


class _Analyser:
    """One policy, the requests that it and the questions tell apart, and what has been found."""

    def __init__(self, policy: Policy, minor: int, budget: int) -> None:
        self._accesses = accesses(minor)
        self._universe = Universe((*policy.rules, *_asked(self._accesses)), minor)
        self._decisions = Decisions(policy, self._universe, budget=budget)
        self._likely = self._universe.world(Strength.CONVENTION)
        self._undecided: list[str] = []

    def analysis(self) -> Analysis:
        """All of it."""
        fates = [self._asked(f"whether rule {rule} decides any request", self._fate, rule) for rule in self._rules]
        dead = tuple(found for found in fates if isinstance(found, DeadRule))
        live = {rule: found for rule, found in enumerate(fates) if isinstance(found, Found)}
        return Analysis(
            dead=dead,
            redundant=tuple(self._redundant(live)),
            uncovered=self._asked("whether every request matches a rule", self._uncovered),
            bodies=tuple(self._bodies(live)),
            never_written=tuple(self._never_written(live)),
            missed=tuple(self._missed()),
            records_nothing=not any(map(self._records, set(self._rules) - {found.rule for found in dead})),
            undecided=tuple(self._undecided),
        )

    @property
    def _rules(self) -> range:
        return range(self._decisions.no_rule)

    def _asked(self, question: str, answer: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The answer, or None and a note that the question is undecided."""
        try:
            return answer(*args, **kwargs)
        except Undecided:
            self._undecided.append(question)
            return None

    def _fate(self, rule: int) -> Found | DeadRule:
        return fate(self._decisions, rule)

    def _redundant(self, live: dict[int, Found]) -> Iterator[RedundantRule]:
        for rule, found in live.items():
            question = f"whether rule {rule} could be left out"
            if entry := self._asked(question, redundancy, self._decisions, rule, found):
                yield entry

    def _uncovered(self) -> Request | None:
        for strength in LIKELIEST_FIRST:
            world = self._universe.world(strength)
            region, _ = self._decisions.decided(self._decisions.no_rule, world.regions, world)
            if region is not None:
                return self._universe.example(region, world)
        return None

    def _records(self, rule: int) -> bool:
        outcome = self._decisions.outcomes[rule]
        return any(outcome.written(authenticated=known) for known in (True, False))

    def _bodies(self, live: dict[int, Found]) -> Iterator[BodyWritten]:
        for body in SENSITIVE_BODIES:
            for rule in live:
                question = f"whether rule {rule} writes the body of a {body.subject}"
                if found := self._asked(question, self._body, body, rule):
                    yield found

    def _body(self, body: Body, rule: int) -> BodyWritten | None:
        outcome = self._decisions.outcomes[rule]
        scope = body.scope(outcome.body_level())
        if scope is None:
            return None
        regions = self._universe.regions(scope, self._likely)
        found, _ = self._decisions.decided(rule, regions, self._likely)
        if found is None:
            return None
        witness = self._universe.example(found, self._likely)
        verbs = self._verbs(rule, regions)
        return BodyWritten(body.subject, rule, outcome.level, verbs, self._users(rule, regions), witness)

    def _verbs(self, rule: int, regions: list[Region]) -> tuple[str, ...]:
        every = 0
        for region in regions:
            every |= region.targets[0]
        verbs = self._universe.verbs.values
        return tuple(verbs[index] for index in bits(every) if self._decides(rule, _of_verb(regions, 1 << index)))

    def _users(self, rule: int, regions: list[Region]) -> tuple[str, ...]:
        return tuple(
            principal.name
            for index, principal in enumerate(self._universe.principals)
            if principal.name and self._decides(rule, _of_user(regions, 1 << index))
        )

    def _decides(self, rule: int, regions: list[Region]) -> bool:
        return self._decisions.decided(rule, regions, self._likely)[0] is not None

    def _never_written(self, live: dict[int, Found]) -> Iterator[Unwritten]:
        for rule, found in live.items():
            if not self._records(rule):
                yield Unwritten("rule", rule, self._decisions.example(found))

    def _missed(self) -> Iterator[Unwritten]:
        for access in self._accesses:
            if found := self._asked(f"whether every {access.subject} is written", self._unwritten, access):
                yield found

    def _unwritten(self, access: Access) -> Unwritten | None:
        regions = self._universe.regions(access.scope, self._likely)
        for rule, outcome in enumerate(self._decisions.outcomes):
            if not outcome.written(authenticated=True):
                found, _ = self._decisions.decided(rule, regions, self._likely)
                if found is not None:
                    index = None if rule == self._decisions.no_rule else rule
                    return Unwritten(access.subject, index, self._universe.example(found, self._likely))
        return None


def _asked(known: tuple[Access, ...]) -> Iterator[Rule]:
    for access in known:
        yield access.scope.matching
    for body in SENSITIVE_BODIES:
        yield Rule("", resources=(body.objects,))


def _of_verb(regions: list[Region], verb: int) -> list[Region]:
    return [
        region._replace(targets=(region.targets[0] & verb, *region.targets[1:]))
        for region in regions
        if region.targets[0] & verb
    ]


def _of_user(regions: list[Region], user: int) -> list[Region]:
    return [region._replace(users=region.users & user) for region in regions if region.users & user]
