"""Sets of requests that somebody asks about: in a promise, in a test, in a rule of the checker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auditstrap.policy.model import GroupResources, Rule


class Who(StrEnum):
    """Whose requests are meant."""

    ANYONE = "anyone"
    AUTHENTICATED = "anyone who is authenticated"
    OUTSIDE_CONTROL_PLANE = "anyone but the control plane and its nodes"
    ORDINARY = "a person or workload that the policy does not name"
    PEOPLE = "a person that the policy does not name, who is no administrator"
    ADMINISTRATORS = "a person that the policy does not name"
    WORKLOADS = "a service account that the policy does not name, nor its namespace"
    NODES = "a node that the policy does not name"
    UNAUTHENTICATED = "a request whose authentication failed"


EVERYTHING: Final = Rule("")
"""The rule that matches every request."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The requests that ``matching`` matches and none of ``without`` does; the levels of these rules mean nothing.

    ``unnamed`` leaves out those for objects that a policy names in ``resourceNames``: somebody thought of them.
    """

    matching: Rule = EVERYTHING
    without: tuple[Rule, ...] = ()
    who: Who = Who.ANYONE
    unnamed: bool = False


def resources(group: str, *patterns: str, verbs: tuple[str, ...] = ()) -> Rule:
    """The requests for resources of one group, by patterns as a policy writes them."""
    return Rule("", verbs=verbs, resources=(GroupResources(group, patterns),))
