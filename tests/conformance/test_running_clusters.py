from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conformance.harness.debian import Tree
from tests.conformance.harness.events import contradictions, predicted_stages, stages_of
from tests.conformance.harness.grid import CASES, Cluster, running
from tests.conformance.harness.specs import LOG
from tests.conformance.harness.static_pod import command, manifest, mounts
from tests.conformance.harness.traffic import ENCODED_MARKER, MARKER, Sent

KUBEADM_VOLUMES = {"ca-certs", "etc-ca-certificates", "k8s-certs", "usr-share-ca-certificates"}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(case, marks=pytest.mark.xdist_group(str(case).replace("@", "-")), id=str(case)) for case in CASES
    ],
)
def cluster(
    request: pytest.FixtureRequest, debian_tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    with running(request.param, debian_tree, tmp_path_factory.mktemp("node")) as up:
        yield up


def _sent(cluster: Cluster, method: str, part: str, user: str | None) -> list[Sent]:
    return [one for one in cluster.sent if (one.method, one.user) == (method, user) and part in one.path]


def test_every_event_is_one_that_the_policy_predicts(cluster: Cluster) -> None:
    assert len(cluster.events) > len(cluster.sent)
    assert contradictions(cluster.policy, cluster.events) == []


def test_every_request_has_just_the_events_that_the_policy_predicts(cluster: Cluster) -> None:
    predicted = {f"{one.method} {one.path} {one.user}": predicted_stages(cluster.policy, one) for one in cluster.sent}
    recorded = {f"{one.method} {one.path} {one.user}": stages_of(cluster.events, one) for one in cluster.sent}
    assert recorded == predicted


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_exec_is_recorded_over_either_method(cluster: Cluster, method: str) -> None:
    (exec_,) = _sent(cluster, method, "/exec?", "kubernetes-admin")
    recorded = [event for event in cluster.events if event["auditID"] == exec_.audit_id]
    assert recorded
    assert all("command=id" in event["requestURI"] for event in recorded)


def test_a_failed_authentication_was_refused_and_is_recorded_as_the_policy_says(cluster: Cluster) -> None:
    refused = _sent(cluster, "GET", "/secrets/db", None)
    assert [one.response.status for one in refused] == [401]
    assert stages_of(cluster.events, refused[0]) == predicted_stages(cluster.policy, refused[0])


def test_a_user_without_rights_is_refused_and_recorded(cluster: Cluster) -> None:
    (denied,) = _sent(cluster, "GET", "/secrets/db", "alice")
    assert denied.response.status == 403
    decisions = {
        event["annotations"]["authorization.k8s.io/decision"]
        for event in cluster.events
        if event["auditID"] == denied.audit_id and event["stage"] == "ResponseComplete"
    }
    assert decisions == {"forbid"}


def test_no_byte_of_a_secret_or_configmap_reaches_the_events(cluster: Cluster) -> None:
    (read,) = _sent(cluster, "GET", "/secrets/db", "kubernetes-admin")
    assert ENCODED_MARKER.encode() in read.response.body
    assert [secret for secret in (MARKER, ENCODED_MARKER) if secret.encode() in cluster.raw] == []


def test_only_the_seeds_policy_writes_the_token_of_a_service_account(cluster: Cluster) -> None:
    (made,) = _sent(cluster, "POST", "/default/token", "kubernetes-admin")
    token: str = made.response.json()["status"]["token"]
    is_recorded = token.encode() in cluster.raw
    assert is_recorded == (cluster.case.preset == "daocloud@1")


def test_kube_apiserver_runs_with_kubeadms_volumes_and_ours(cluster: Cluster) -> None:
    pod = manifest(cluster.node)
    ours = {mount for mount in mounts(cluster.node, pod) if mount.name not in KUBEADM_VOLUMES}
    flags = [word for word in command(pod) if word.startswith("--audit-")]
    assert flags
    assert {mount.read_only for mount in ours if not mount.mount_path.startswith("/var/log/")} == {True}
    logs = [mount for mount in ours if mount.mount_path.startswith("/var/log/")]
    assert len(logs) == (1 if cluster.case.backend == "log" else 0)


def test_only_the_log_backend_leaves_a_log_on_the_node(cluster: Cluster) -> None:
    log = cluster.node.path(LOG)
    assert log.exists() == (cluster.case.backend == "log")
    if log.exists():
        assert (log.stat().st_mode & 0o7777, log.parent.stat().st_mode & 0o7777) == (0o600, 0o700)


def test_the_script_on_the_node_proves_that_auditing_works(cluster: Cluster) -> None:
    proof = cluster.node.attempt("sh", cluster.verify_script, "--wait", "20")
    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert "verify.sh: " in proof.stdout
