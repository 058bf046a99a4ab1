"""Who does what, and what is written of it: a table over all requests, none sampled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from auditstrap.kubernetes import identities
from auditstrap.policy.claims import rules_of
from auditstrap.policy.decisions import Decisions
from auditstrap.policy.model import LEVELS, GroupResources, Policy, Rule
from auditstrap.policy.outcomes import RANK
from auditstrap.policy.principals import Strength
from auditstrap.policy.questions import WRITE_VERBS
from auditstrap.policy.regions import Region, Undecided
from auditstrap.policy.scopes import Scope, Who, resources
from auditstrap.policy.universe import Universe

_READ: Final = ("get", "list", "watch")
_WORKLOADS: Final = (GroupResources("apps"), GroupResources("batch"), GroupResources("", ("pods",)))
_CUSTOM: Final = "custom.example"


def _both(title: str, group: str, *names: str) -> tuple[tuple[str, Rule], ...]:
    return (
        (f"{title}: read", resources(group, *names, verbs=_READ)),
        (f"{title}: change", resources(group, *names, verbs=WRITE_VERBS)),
    )


def _changed(*entries: GroupResources) -> Rule:
    return Rule("", verbs=WRITE_VERBS, resources=entries)


def _urls(*specs: str) -> Rule:
    return Rule("", verbs=("get", "head"), non_resource_urls=specs)


ROWS: Final[tuple[tuple[str, Rule], ...]] = (
    *_both("Secrets", "", "secrets"),
    *_both("ConfigMaps", "", "configmaps"),
    ("tokens of service accounts", resources("", "serviceaccounts/token", verbs=("create",))),
    ("token reviews", resources("authentication.k8s.io", "tokenreviews", verbs=("create",))),
    (
        "exec, attach, port-forward",
        resources("", "pods/exec", "pods/attach", "pods/portforward", verbs=("create", "get")),
    ),
    (
        "proxies",
        resources("", "pods/proxy", "services/proxy", "nodes/proxy", verbs=("create", "get", "update", "delete")),
    ),
    ("ephemeral containers", resources("", "pods/ephemeralcontainers", verbs=("update", "patch"))),
    *_both("RBAC", "rbac.authorization.k8s.io"),
    ("admission: change", _changed(GroupResources("admissionregistration.k8s.io"))),
    ("certificate requests: change", _changed(GroupResources("certificates.k8s.io"))),
    (
        "API registration, CRDs: change",
        _changed(GroupResources("apiregistration.k8s.io"), GroupResources("apiextensions.k8s.io")),
    ),
    ("Pods and workloads: read", Rule("", verbs=_READ, resources=_WORKLOADS)),
    ("Pods and workloads: change", _changed(*_WORKLOADS)),
    ("Nodes: change", resources("", "nodes", "nodes/status", verbs=WRITE_VERBS)),
    *_both("custom resources", _CUSTOM),
    ("Events: change", _changed(GroupResources("", ("events",)), GroupResources("events.k8s.io", ("events",)))),
    ("Leases: change", _changed(GroupResources("coordination.k8s.io", ("leases",)))),
    ("health probes", _urls("/healthz", "/livez", "/readyz")),
    ("discovery, OpenAPI, version", _urls("/api", "/apis", "/apis/*", "/openapi/*", "/version")),
    ("metrics, logs, profiles", _urls("/metrics", "/logs/*", "/debug/*")),
)
"""What an auditor asks about: a title, and the requests that are meant."""

COLUMNS: Final[tuple[tuple[str, Rule, Who], ...]] = (
    ("people", Rule(""), Who.PEOPLE),
    (identities.MASTERS, Rule("", user_groups=(identities.MASTERS,)), Who.ADMINISTRATORS),
    ("service accounts", Rule(""), Who.WORKLOADS),
    ("kube-system accounts", Rule("", user_groups=(f"{identities.SERVICE_ACCOUNTS}:kube-system",)), Who.ANYONE),
    ("nodes", Rule("", user_groups=(identities.NODES,)), Who.NODES),
    ("controller-manager", Rule("", users=(identities.CONTROLLER_MANAGER,)), Who.ANYONE),
    ("scheduler", Rule("", users=(identities.SCHEDULER,)), Who.ANYONE),
    ("anonymous", Rule("", users=(identities.ANONYMOUS,)), Who.ANYONE),
    ("failed logins", Rule(""), Who.UNAUTHENTICATED),
)
"""Who asks: a title, what such users match, and whom of these it means."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The levels of all requests of one kind by one kind of user, from the least; None where undecided."""

    levels: tuple[str, ...] | None

    def __str__(self) -> str:
        """One level, or from the least to the most."""
        if self.levels is None:
            return "?"
        return self.levels[0] if len(self.levels) == 1 else f"{self.levels[0]}–{self.levels[-1]}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """The table: titles of its columns, and of its rows with their cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def matrix(policy: Policy, minor: int) -> Matrix:
    """What a policy writes on Kubernetes 1.``minor``, by identities as Kubernetes issues them."""
    scopes = [[scope_of(what, column) for column in COLUMNS] for _, what in ROWS]
    asked = rules_of(scope for row in scopes for scope in row)
    decisions = Decisions(policy, Universe((*policy.rules, *asked), minor))
    rows = tuple(
        (title, tuple(_cell(decisions, scope) for scope in row)) for (title, _), row in zip(ROWS, scopes, strict=True)
    )
    return Matrix(tuple(title for title, _, _ in COLUMNS), rows)


def scope_of(what: Rule, column: tuple[str, Rule, Who]) -> Scope:
    """The requests of one cell."""
    _, who, whose = column
    return Scope(replace(what, users=who.users, user_groups=who.user_groups), who=whose)


def _cell(decisions: Decisions, scope: Scope) -> Cell:
    world = decisions.universe.world(Strength.CONVENTION)
    regions = decisions.universe.regions(scope, world)
    try:
        return Cell(tuple(sorted(_levels(decisions, regions, scope), key=LEVELS.index)))
    except Undecided:
        return Cell(None)


def _levels(decisions: Decisions, regions: list[Region], scope: Scope) -> set[str]:
    """Each level that some of the requests have; a rule is asked only about one that is not there yet."""
    world = decisions.universe.world(Strength.CONVENTION)
    authenticated = scope.who is not Who.UNAUTHENTICATED
    found: set[str] = set()
    for rule, outcome in enumerate(decisions.outcomes):
        level = outcome.effective(authenticated=authenticated)
        if level not in found and decisions.decided(rule, regions, world)[0] is not None:
            found.add(level)
        if len(found) == len(RANK):
            break
    return found
