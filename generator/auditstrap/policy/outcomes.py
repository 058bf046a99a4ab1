"""What a decision comes to: whether an event is written at all, and whether a body is in it.

Source: ``staging/src/k8s.io/apiserver/pkg/endpoints/filters/audit.go`` and ``pkg/audit/request.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from auditstrap.policy.model import LEVELS, Policy, Rule

RANK: Final[Mapping[str, int]] = {level: rank for rank, level in enumerate(LEVELS)}
_LATE_STAGES: Final = frozenset({"ResponseComplete", "Panic"})
"""The stages whose events can hold a body: at RequestReceived it has not been read, at ResponseStarted it streams."""


class Outcome(NamedTuple):
    """What a policy does with a request; ``omit_stages`` is sorted."""

    level: str
    omit_stages: tuple[str, ...]
    omit_managed_fields: bool

    def written(self, *, authenticated: bool) -> bool:
        """Whether an event is written. A failed authentication has only the stage ResponseStarted."""
        if self.level == "None":
            return False
        stage = "ResponseComplete" if authenticated else "ResponseStarted"
        early = authenticated and "RequestReceived" not in self.omit_stages
        return early or stage not in self.omit_stages

    def effective(self, *, authenticated: bool) -> str:
        """The level of what is written, None where no event is."""
        return self.level if self.written(authenticated=authenticated) else "None"

    def body_level(self) -> str:
        """The level, lowered to Metadata where no event that could hold a body is written."""
        if _LATE_STAGES.issubset(self.omit_stages) and RANK[self.level] > RANK["Metadata"]:
            return "Metadata"
        return self.level

    def same_as(self, other: Outcome) -> bool:
        """Whether nobody can tell the two apart by the log."""
        if self.level == other.level == "None":
            return True
        managed = self.omit_managed_fields == other.omit_managed_fields or RANK[self.level] < RANK["Request"]
        return self.level == other.level and self.omit_stages == other.omit_stages and managed


def outcome(policy: Policy, rule: Rule | None) -> Outcome:
    """What a rule does, within its policy; without a rule nothing is written."""
    if rule is None:
        return Outcome("None", tuple(sorted(set(policy.omit_stages))), policy.omit_managed_fields)
    stages = tuple(sorted({*policy.omit_stages, *rule.omit_stages}))
    managed = policy.omit_managed_fields if rule.omit_managed_fields is None else rule.omit_managed_fields
    return Outcome(rule.level, stages, managed)


def outcomes(policy: Policy) -> tuple[Outcome, ...]:
    """The outcome of each rule, and behind them that of no rule."""
    return (*(outcome(policy, rule) for rule in policy.rules), outcome(policy, None))
