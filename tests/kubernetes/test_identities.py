from __future__ import annotations

import pytest

from auditstrap.kubernetes.identities import CONTROLLERS, controllers_of, issued_groups, service_account
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR

MINORS = range(OLDEST_MINOR, NEWEST_MINOR + 1)


@pytest.mark.parametrize(
    ("user", "minor", "groups"),
    [
        ("system:anonymous", 37, {"system:unauthenticated"}),
        ("system:apiserver", 31, {"system:masters"}),
        ("system:apiserver", 32, {"system:masters", "system:authenticated"}),
        ("system:kube-scheduler", 37, {"system:authenticated"}),
        ("system:node:worker-1", 37, {"system:authenticated", "system:nodes"}),
        ("system:bootstrap:abcdef", 37, {"system:authenticated", "system:bootstrappers"}),
        ("kubernetes-admin", 28, {"system:authenticated", "system:masters"}),
        ("kubernetes-admin", 29, {"system:authenticated", "kubeadm:cluster-admins"}),
        ("kubernetes-super-admin", 29, {"system:authenticated", "system:masters"}),
        (
            "system:serviceaccount:prod:app",
            37,
            {"system:authenticated", "system:serviceaccounts", "system:serviceaccounts:prod"},
        ),
    ],
)
def test_a_user_has_the_groups_that_kubernetes_gives_it(user: str, minor: int, groups: set[str]) -> None:
    assert issued_groups(user, minor) == frozenset(groups)


@pytest.mark.parametrize("user", ["alice", "system:node:", "system:serviceaccount:prod", "system:kube-proxy", ""])
def test_of_any_other_user_nothing_is_said(user: str) -> None:
    assert issued_groups(user, NEWEST_MINOR) is None


def test_a_super_administrator_is_nobody_before_kubeadm_issues_it() -> None:
    assert issued_groups("kubernetes-super-admin", 28) is None


def test_every_controller_is_a_service_account_and_comes_within_the_known_minors() -> None:
    assert all(service_account(f"system:serviceaccount:kube-system:{name}") for name in CONTROLLERS)
    assert all(since == 0 or since in MINORS for since in CONTROLLERS.values())
    assert [len(controllers_of(minor)) for minor in MINORS] == sorted(len(controllers_of(minor)) for minor in MINORS)
