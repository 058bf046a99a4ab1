"""What the presets promise: statements over all requests, each proved of its policy by the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditstrap.policy.claims import Claim
from auditstrap.policy.model import GroupResources, Level, Rule
from auditstrap.policy.questions import WRITE_VERBS
from auditstrap.policy.scopes import Scope, Who, resources


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence, and the claims that make it exact."""

    text: str
    claims: tuple[Claim, ...]


_REVIEWS: Final = resources("authentication.k8s.io", "tokenreviews")
_TOKEN_REQUESTS: Final = resources("", "serviceaccounts/token", verbs=("create",))
_PROBES: Final = Rule(
    "",
    verbs=("get", "head"),
    non_resource_urls=("/healthz", "/healthz/*", "/livez", "/livez/*", "/readyz", "/readyz/*"),
)
_POWER: Final = (
    "rbac.authorization.k8s.io",
    "admissionregistration.k8s.io",
    "certificates.k8s.io",
    "apiregistration.k8s.io",
)


def _at_most(level: Level, *rules: Rule) -> tuple[Claim, ...]:
    return tuple(Claim(Scope(rule), at_most=level) for rule in rules)


def _at_least(level: Level, *rules: Rule, who: Who = Who.ANYONE, without: tuple[Rule, ...] = ()) -> tuple[Claim, ...]:
    return tuple(Claim(Scope(rule, without, who), at_least=level) for rule in rules)


NO_CREDENTIALS: Final = Promise(
    "No body of a Secret, ConfigMap, service-account token request or TokenReview is written, whoever sends it.",
    _at_most("Metadata", resources("", "secrets", "configmaps"), _TOKEN_REQUESTS, _REVIEWS),
)
NO_STORED_CREDENTIALS: Final = Promise(
    "No body of a Secret, ConfigMap or TokenReview is written, whoever sends it.",
    _at_most("Metadata", resources("", "secrets", "configmaps"), _REVIEWS),
)
NO_BODIES: Final = Promise("No body of any request or response is written.", _at_most("Metadata", Rule("")))
ENTRY: Final = Promise(
    "Every exec, attach, port-forward and proxy request is written, by POST and by GET, and every ephemeral container.",
    _at_least(
        "Metadata",
        resources("", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"),
        resources("", "pods/ephemeralcontainers"),
    ),
)
CHANGES: Final = Promise(
    "Every create, update, patch and delete is written, custom resources included, but for the routine of the control"
    " plane itself, and new Events.",
    _at_least(
        "Metadata",
        Rule("", verbs=WRITE_VERBS, resources=(GroupResources("*"),)),
        who=Who.OUTSIDE_CONTROL_PLANE,
        without=tuple(
            resources(group, "events", verbs=("create", "update", "patch")) for group in ("", "events.k8s.io")
        ),
    ),
)
CHANGES_OF_POWER: Final = Promise(
    "Changes to RBAC, admission, certificate requests and API registration are written with their request body.",
    _at_least("Request", *(Rule("", verbs=WRITE_VERBS, resources=(GroupResources(group),)) for group in _POWER)),
)
SECRET_READS: Final = Promise(
    "Every read of a Secret is written.",
    _at_least("Metadata", resources("", "secrets", verbs=("get", "list", "watch"))),
)
FAILED_AUTHENTICATIONS: Final = Promise(
    "Every failed authentication is written, but for those at the health probes.",
    _at_least("Metadata", Rule(""), who=Who.UNAUTHENTICATED, without=(_PROBES,)),
)
EVERYTHING: Final = Promise(
    "Every request is written, but for the health probes.", _at_least("Metadata", Rule(""), without=(_PROBES,))
)

BASELINE: Final = (NO_CREDENTIALS, ENTRY, CHANGES, CHANGES_OF_POWER, SECRET_READS, FAILED_AUTHENTICATIONS)

KEPT: Final[Mapping[str, tuple[Promise, ...]]] = {
    "baseline@1": BASELINE,
    "metadata@1": (NO_BODIES, EVERYTHING),
    "daocloud@1": (NO_STORED_CREDENTIALS,),
}
"""The promises of each preset, in the order and the words of the comments at its top."""


BROKEN: Final[Mapping[str, tuple[Promise, ...]]] = {
    "baseline@1": (),
    "metadata@1": (CHANGES_OF_POWER,),
    "daocloud@1": BASELINE,
}
"""The promises of the default preset that each does not keep."""
