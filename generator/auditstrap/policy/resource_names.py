"""The names under which people ask for resources: plural, singular, short, with a group behind a dot.

Source: the short names of ``pkg/registry`` and the resource argument of ``kubectl auth can-i``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from auditstrap.kubernetes.resources import Resource, resources_of
from auditstrap.problems import near, quoted

SHORT_NAMES: Final[Mapping[str, str]] = {
    "cj": "cronjobs",
    "cm": "configmaps",
    "crd": "customresourcedefinitions",
    "crds": "customresourcedefinitions",
    "cs": "componentstatuses",
    "csr": "certificatesigningrequests",
    "deploy": "deployments",
    "ds": "daemonsets",
    "ep": "endpoints",
    "ev": "events",
    "hpa": "horizontalpodautoscalers",
    "ing": "ingresses",
    "limits": "limitranges",
    "netpol": "networkpolicies",
    "no": "nodes",
    "ns": "namespaces",
    "pc": "priorityclasses",
    "pdb": "poddisruptionbudgets",
    "po": "pods",
    "pv": "persistentvolumes",
    "pvc": "persistentvolumeclaims",
    "quota": "resourcequotas",
    "rc": "replicationcontrollers",
    "rs": "replicasets",
    "sa": "serviceaccounts",
    "sc": "storageclasses",
    "sts": "statefulsets",
    "svc": "services",
}


class ResourceName(NamedTuple):
    """A resource by its API group and plural; ``known`` None where Kubernetes itself does not have it."""

    group: str
    name: str
    known: Resource | None


def resource_named(text: str, minor: int) -> ResourceName:
    """The resource that is meant by ``deploy``, ``pod``, ``deployments.apps`` or ``widgets.v1.example.com``.

    Raises ValueError, a sentence with the near name, for a plain name that Kubernetes does not have.
    """
    name, _, group = text.partition(".")
    head, _, rest = group.partition(".")
    if rest and head[:1] == "v" and head[1:2].isdigit():
        group = rest
    candidates = [known for known in resources_of(minor) if not known.subresource]
    matching = [known for known in candidates if name in _names(known) and group in {"", known.group}]
    if matching:
        # As kubectl: the core group first, then in the order of discovery.
        known = min(matching, key=lambda resource: (resource.group == "events.k8s.io", resource.group != ""))
        return ResourceName(known.group, known.name, known)
    if group:
        return ResourceName(group, name, None)
    meant = near(name, sorted({known.name for known in candidates}))
    hint = f'; did you mean "{meant}"?' if meant else ";"
    allowed = "a resource of Kubernetes, or RESOURCE.GROUP for a custom one, is allowed"
    raise ValueError(f"Kubernetes 1.{minor} has no resource {quoted(name)}{hint} {allowed}")


def _names(known: Resource) -> set[str]:
    return {known.name, singular(known.name), *(short for short, name in SHORT_NAMES.items() if name == known.name)}


def singular(plural: str) -> str:
    """The singular of a resource's name."""
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    if plural.endswith(("sses", "xes")):
        return plural[:-2]
    return plural if plural == "endpoints" else plural.removesuffix("s")
