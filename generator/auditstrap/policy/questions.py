"""What the analysis asks of a policy: which bodies hold credentials, and which requests nobody should miss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from auditstrap.kubernetes.resources import resources_of
from auditstrap.policy.model import GroupResources, Rule
from auditstrap.policy.scopes import Scope, Who, resources

WRITE_VERBS: Final = ("create", "update", "patch", "delete", "deletecollection")
_SENDING: Final = ("create", "update", "patch")
"""Verbs whose request holds the object."""
_RETURNING: Final = (*_SENDING, "get", "list", "delete", "deletecollection")
"""Verbs whose response can hold objects; that of a watch is not recorded."""


@dataclass(frozen=True, slots=True)
class Body:
    """Objects that hold what no log should.

    ``sent_by`` are the verbs whose request holds one, written at Request; ``returned_by`` those of the responses,
    written at RequestResponse.
    """

    subject: str
    objects: GroupResources
    sent_by: tuple[str, ...]
    returned_by: tuple[str, ...]

    def scope(self, level: str) -> Scope | None:
        """The requests of which this level writes such a body."""
        verbs = {"Request": self.sent_by, "RequestResponse": tuple(dict.fromkeys(self.sent_by + self.returned_by))}
        return Scope(Rule("", verbs=verbs[level], resources=(self.objects,))) if verbs.get(level) else None


SENSITIVE_BODIES: Final = (
    Body("secret", GroupResources("", ("secrets",)), _SENDING, _RETURNING),
    Body("configmap", GroupResources("", ("configmaps",)), _SENDING, _RETURNING),
    Body("token", GroupResources("authentication.k8s.io", ("tokenreviews",)), ("create",), ()),
    Body("token", GroupResources("", ("serviceaccounts/token",)), (), ("create",)),
)
"""A TokenReview is sent with the token, a TokenRequest answered with it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Requests that are to be written, all of them."""

    subject: str
    scope: Scope


_STREAMS: Final = ("pods/exec", "pods/attach", "pods/portforward")
_PROXIES: Final = ("pods/proxy", "services/proxy", "nodes/proxy")
_ENTERING: Final = (
    resources("", *_STREAMS, verbs=("create", "get")),
    resources("", *_PROXIES, verbs=("create", "get", "update", "patch", "delete")),
    resources("", "pods/ephemeralcontainers", verbs=("update", "patch")),
)
"""Ways into a container, or past the API server; over GET they are websockets, and plain requests through a proxy."""

_UNCHANGING_GROUPS: Final = frozenset({"authentication.k8s.io", "authorization.k8s.io", "internal.apiserver.k8s.io"})
"""What is created in the first two is a question; only the API server itself writes in the last."""
_NOISE: Final = frozenset({("", "events"), ("events.k8s.io", "events"), ("coordination.k8s.io", "leases")})


def accesses(minor: int) -> tuple[Access, ...]:
    """What ordinary users do that is to be written, in Kubernetes 1.``minor``."""
    return (
        *(Access("exec", Scope(rule, who=Who.ORDINARY)) for rule in _ENTERING),
        Access("write", Scope(_writes(minor), who=Who.ORDINARY, unnamed=True)),
        Access("secret-read", _reads_of_secrets()),
    )


def _reads_of_secrets() -> Scope:
    return Scope(resources("", "secrets", verbs=("get", "list", "watch")), who=Who.ORDINARY, unnamed=True)


@cache
def _writes(minor: int) -> Rule:
    """Changes of what Kubernetes itself has."""
    changed: dict[str, list[str]] = {}
    for known in resources_of(minor):
        is_noise = (known.group, known.name) in _NOISE or known.group in _UNCHANGING_GROUPS
        if not known.subresource and not is_noise and not known.verbs.isdisjoint(WRITE_VERBS):
            changed.setdefault(known.group, []).append(known.name)
    entries = tuple(GroupResources(group, tuple(sorted(names))) for group, names in sorted(changed.items()))
    return Rule("", verbs=WRITE_VERBS, resources=entries)
