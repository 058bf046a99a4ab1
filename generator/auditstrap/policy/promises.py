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


def _no_body_of(group: str, *names: str) -> tuple[Claim, ...]:
    """What is sent to delete an object is not the object, but what is answered can be."""
    deletions = resources(group, *names, verbs=("delete", "deletecollection"))
    others = Scope(resources(group, *names), without=(deletions,))
    return (Claim(others, at_most="Metadata"), Claim(Scope(deletions), at_most="Request"))


_STORED: Final = (*_no_body_of("", "secrets", "configmaps"), *_no_body_of("authentication.k8s.io", "tokenreviews"))
NO_CREDENTIALS: Final = Promise(
    "No body of a Secret, ConfigMap, service-account token request or TokenReview is written, whoever sends it.",
    (*_STORED, *_at_most("Metadata", _TOKEN_REQUESTS)),
)
NO_STORED_CREDENTIALS: Final = Promise(
    "No body of a Secret, ConfigMap or TokenReview is written, whoever sends it.",
    _STORED,
)
NO_SECRETS: Final = Promise("No body of a Secret is written, whoever sends it.", _no_body_of("", "secrets"))
NO_BODIES: Final = Promise("No body of any request or response is written.", _at_most("Metadata", Rule("")))
_ENTRIES: Final = (
    resources("", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"),
    resources("", "pods/ephemeralcontainers"),
)
ENTRY: Final = Promise(
    "Every exec, attach, port-forward and proxy request is written, by POST and by GET, and every ephemeral container.",
    _at_least("Metadata", *_ENTRIES),
)
NO_READS: Final = Promise(
    "No read of an object is written, but for the ways into a container.",
    (
        Claim(
            Scope(Rule("", verbs=("get", "list", "watch"), resources=(GroupResources("*"),)), without=_ENTRIES),
            at_most="None",
        ),
    ),
)
_ALL_CHANGES: Final = Rule("", verbs=WRITE_VERBS, resources=(GroupResources("*"),))
_NEW_EVENTS: Final = tuple(
    resources(group, "events", verbs=("create", "update", "patch")) for group in ("", "events.k8s.io")
)
_QUESTIONS: Final = (resources("authentication.k8s.io"), resources("authorization.k8s.io"))
CHANGES: Final = Promise(
    "Every create, update, patch and delete is written, custom resources included, but for the routine of the control"
    " plane itself, and new Events.",
    _at_least("Metadata", _ALL_CHANGES, who=Who.OUTSIDE_CONTROL_PLANE, without=_NEW_EVENTS),
)
CHANGES_OF_OBJECTS: Final = Promise(
    "Every create, update, patch and delete that changes an object is written, custom resources included, but for the"
    " routine of the control plane itself, and new Events.",
    _at_least("Metadata", _ALL_CHANGES, who=Who.OUTSIDE_CONTROL_PLANE, without=(*_NEW_EVENTS, *_QUESTIONS)),
)
CHANGES_OF_WORKLOADS: Final = Promise(
    "Every create, update, patch and delete of a Pod or a Deployment is written, whoever sends it.",
    _at_least(
        "Metadata",
        resources("", "pods", verbs=WRITE_VERBS),
        resources("apps", "deployments", verbs=WRITE_VERBS),
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
EVERY_REQUEST: Final = Promise("Every request is written.", _at_least("Metadata", Rule("")))
EVERY_BODY: Final = Promise(
    "Every request is written whole, with what was sent and what was answered.", _at_least("RequestResponse", Rule(""))
)

BASELINE: Final = (NO_CREDENTIALS, ENTRY, CHANGES, CHANGES_OF_POWER, SECRET_READS, FAILED_AUTHENTICATIONS)
_WITH_BODIES: Final = BASELINE[1:]

KEPT: Final[Mapping[str, tuple[Promise, ...]]] = {
    "baseline@1": BASELINE,
    "metadata@1": (NO_BODIES, EVERYTHING),
    "writes@1": (NO_CREDENTIALS, NO_READS, CHANGES_OF_OBJECTS, ENTRY, CHANGES_OF_POWER),
    "cis@1": (NO_BODIES, NO_CREDENTIALS, CHANGES_OF_WORKLOADS, ENTRY, CHANGES, SECRET_READS, FAILED_AUTHENTICATIONS),
    "nsa@1": (NO_SECRETS, EVERY_REQUEST, *_WITH_BODIES),
    "stig@1": (EVERY_BODY, *_WITH_BODIES),
    "gce@1": (NO_CREDENTIALS, ENTRY, CHANGES_OF_POWER, SECRET_READS),
    "daocloud@1": (NO_STORED_CREDENTIALS,),
}
"""The promises of each preset, in the order and the words of the comments at its top."""


BROKEN: Final[Mapping[str, tuple[Promise, ...]]] = {
    "baseline@1": (),
    "metadata@1": (CHANGES_OF_POWER,),
    "writes@1": (CHANGES, SECRET_READS, FAILED_AUTHENTICATIONS),
    "cis@1": (CHANGES_OF_POWER,),
    "nsa@1": (NO_CREDENTIALS,),
    "stig@1": (NO_CREDENTIALS,),
    "gce@1": (CHANGES, FAILED_AUTHENTICATIONS),
    "daocloud@1": BASELINE,
}
"""The promises of the default preset that each does not keep, as further comments at its top."""
