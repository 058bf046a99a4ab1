"""A kubeadm API that the kubeadm of the minor does not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.kubernetes.kubeadm_apis import GROUP, KUBEADM_APIS, api_named, readable_by
from auditstrap.observed.model import KubeadmDocument
from auditstrap.problems import unknown
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule

_FIRST: Final = KUBEADM_APIS[0]


def check(document: KubeadmDocument, context: Context) -> Iterator[Fault]:
    """One fault where no minor that may be meant reads this version of the API."""
    minors = context.minors_of(document.version.minor if document.version else None)
    api = api_named(document.api)
    if api is None and _is_older(document.api) and min(minors) < _FIRST.first + 1:
        return
    if api is not None and any(api.read_by(minor) for minor in minors):
        return
    if api is None and not _is_older(document.api):
        message = unknown("version of the kubeadm API", document.api, [known.version for known in KUBEADM_APIS])
    else:
        allowed = " or ".join(f"{GROUP}/{known.version}" for known in readable_by(minors[-1]))
        message = f"the kubeadm of 1.{minors[-1]} does not read {GROUP}/{document.api}; {allowed} is allowed"
    yield Fault(Severity.FATAL, document.place, message)


def _is_older(api: str) -> bool:
    """Whether it is one of the versions before those that are known in detail."""
    return api.startswith("v1alpha") or api == "v1beta1"


RULE: Final = Rule(
    id="kubeadm-api-version",
    of=KubeadmDocument,
    severities=(Severity.FATAL,),
    check=check,
    what="A document of an API version that the kubeadm of its minor does not read.",
    why="kubeadm ends before it does anything: v1beta2 is gone from 1.27, v1beta3 from 1.36, and v1beta4 "
    "begins with 1.31.",
    wrong=changed(KUBEADM, "v1.36.0", "v1.30.0"),
    right=KUBEADM,
    sources=("k8s.io/kubernetes/cmd/kubeadm/app/util/config/common.go",),
)
