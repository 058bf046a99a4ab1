"""The users that Kubernetes itself issues credentials for, and the groups that it puts them in.

Sources: ``staging/src/k8s.io/apiserver/pkg/authentication/{user/user.go,serviceaccount/util.go}`` and
``pkg/server/config.go`` for the names and the API server's own client; ``cmd/kubeadm/app/phases/kubeconfig`` for the
certificates; ``staging/src/k8s.io/cluster-bootstrap/token/api`` for bootstrap tokens;
``plugin/pkg/auth/authorizer/rbac/bootstrappolicy`` and ``cmd/kube-controller-manager/app`` for the controllers.
"""

from __future__ import annotations

import re
from typing import Final

AUTHENTICATED: Final = "system:authenticated"
UNAUTHENTICATED: Final = "system:unauthenticated"
MASTERS: Final = "system:masters"
NODES: Final = "system:nodes"
SERVICE_ACCOUNTS: Final = "system:serviceaccounts"
BOOTSTRAPPERS: Final = "system:bootstrappers"
CLUSTER_ADMINS: Final = "kubeadm:cluster-admins"
ADMINISTRATORS: Final = (CLUSTER_ADMINS, MASTERS)
"""The groups of administrators: kubeadm's, and the one that no authorizer is asked about."""

ANONYMOUS: Final = "system:anonymous"
API_SERVER: Final = "system:apiserver"
CONTROLLER_MANAGER: Final = "system:kube-controller-manager"
SCHEDULER: Final = "system:kube-scheduler"
ADMINISTRATOR: Final = "kubernetes-admin"
SUPER_ADMINISTRATOR: Final = "kubernetes-super-admin"
CONTROL_PLANE_NAMESPACE: Final = "kube-system"
COMPONENTS: Final = (
    API_SERVER,
    CONTROLLER_MANAGER,
    SCHEDULER,
    "system:kube-proxy",
    "system:cloud-controller-manager",
)
"""The users of the control plane and its agents that are no nodes and no service accounts."""

API_SERVER_AUTHENTICATED_SINCE: Final = 32
"""The first minor whose API server puts its own client into ``system:authenticated``."""

CLUSTER_ADMINS_SINCE: Final = 29
"""The first minor whose kubeadm makes ``kubernetes-admin`` a member of its own group instead of the masters."""

CONTROLLERS: Final = {
    "attachdetach-controller": 0,
    "bootstrap-signer": 0,
    "certificate-controller": 0,
    "clusterrole-aggregation-controller": 0,
    "cronjob-controller": 0,
    "daemon-set-controller": 0,
    "deployment-controller": 0,
    "device-taint-eviction-controller": 33,
    "disruption-controller": 0,
    "endpoint-controller": 0,
    "endpointslice-controller": 0,
    "endpointslicemirroring-controller": 0,
    "ephemeral-volume-controller": 0,
    "expand-controller": 0,
    "generic-garbage-collector": 0,
    "horizontal-pod-autoscaler": 0,
    "job-controller": 0,
    "kube-apiserver-serving-clustertrustbundle-publisher": 32,
    "legacy-service-account-token-cleaner": 28,
    "namespace-controller": 0,
    "node-controller": 0,
    "persistent-volume-binder": 0,
    "pod-garbage-collector": 0,
    "podcertificaterequestcleaner": 34,
    "podgroup-protection-controller": 36,
    "pv-protection-controller": 0,
    "pvc-protection-controller": 0,
    "replicaset-controller": 0,
    "replication-controller": 0,
    "resource-claim-controller": 26,
    "resourcepoolstatusrequest-controller": 36,
    "resourcequota-controller": 0,
    "root-ca-cert-publisher": 0,
    "route-controller": 0,
    "selinux-warning-controller": 32,
    "service-account-controller": 0,
    "service-cidrs-controller": 29,
    "service-controller": 0,
    "statefulset-controller": 0,
    "storage-version-garbage-collector": 0,
    "storage-version-migrator-controller": 30,
    "token-cleaner": 0,
    "ttl-after-finished-controller": 0,
    "ttl-controller": 0,
    "validatingadmissionpolicy-status-controller": 28,
    "volumeattributesclass-protection-controller": 32,
}
"""The service accounts in kube-system of kube-controller-manager's controllers, with the first minor that has each (0
for those of 1.25 and before). They have them where it runs with ``--use-service-account-credentials``, which kubeadm
sets; otherwise all of them are CONTROLLER_MANAGER. None of them has gone since 1.25."""

_SERVICE_ACCOUNT: Final = re.compile(r"system:serviceaccount:([^:]+):([^:]+)")
_NODE: Final = re.compile(r"system:node:.+")
_BOOTSTRAP_TOKEN: Final = re.compile(r"system:bootstrap:[a-z0-9]{6}")


def controllers_of(minor: int) -> tuple[str, ...]:
    """The service accounts, by name, that the controllers of Kubernetes 1.``minor`` have in kube-system."""
    return tuple(name for name, since in CONTROLLERS.items() if since <= minor)


def service_account(user: str) -> tuple[str, str] | None:
    """The namespace and the name of a service account, None for any other user."""
    match = _SERVICE_ACCOUNT.fullmatch(user)
    return (match[1], match[2]) if match else None


def is_node(user: str) -> bool:
    """Whether it is named as a kubelet is: ``system:node:NAME``."""
    return bool(_NODE.fullmatch(user))


def issued_groups(user: str, minor: int) -> frozenset[str] | None:
    """The groups of a user that Kubernetes 1.``minor`` or its kubeadm issues; None where others decide.

    A certificate can name any user and any group: only those of anonymous requests, of service accounts and of the
    API server's own client are certain, the others are what kubeadm and the kubelet ask for. A bootstrap token can
    bring further groups.
    """
    if user == ANONYMOUS:
        return frozenset({UNAUTHENTICATED})
    if user == API_SERVER:
        return frozenset({MASTERS, AUTHENTICATED} if minor >= API_SERVER_AUTHENTICATED_SINCE else {MASTERS})
    if account := service_account(user):
        return frozenset({AUTHENTICATED, SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{account[0]}"})
    further = _groups_in_credentials(user, minor)
    return None if further is None else frozenset({AUTHENTICATED, *further})


def _groups_in_credentials(user: str, minor: int) -> tuple[str, ...] | None:
    if is_node(user):
        return (NODES,)
    if user in {CONTROLLER_MANAGER, SCHEDULER}:
        return ()
    if user == ADMINISTRATOR:
        return (CLUSTER_ADMINS if minor >= CLUSTER_ADMINS_SINCE else MASTERS,)
    if user == SUPER_ADMINISTRATOR and minor >= CLUSTER_ADMINS_SINCE:
        return (MASTERS,)
    return (BOOTSTRAPPERS,) if _BOOTSTRAP_TOKEN.fullmatch(user) else None
