from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest
import yaml
from tests.conformance.harness import control_plane, kubeadm
from tests.conformance.harness.client import Client
from tests.conformance.harness.events import logged
from tests.conformance.harness.node import NewNode, Node
from tests.conformance.harness.processes import wait_until
from tests.conformance.harness.specs import KUBEADM, LOG, POLICY, POLICY_PATH, rendered
from tests.conformance.harness.static_pod import KubeletError, command, manifest, mounts

RELEASES = ("1.34.4", "1.37.2")
METADATA = {"preset": "metadata@1"}


def _laid(node: Node, artifacts: dict[str, bytes]) -> None:
    """The files where the user-data would put them, and kubeadm's work done."""
    if POLICY in artifacts:
        node.write(POLICY_PATH, artifacts[POLICY], 0o600)
    kubeadm.prepare(node, artifacts[KUBEADM])


def _fill(client: Client, count: int) -> None:
    """Requests whose events are about 7 KB each, by their long query."""
    for number in range(count):
        client.request("GET", f"/api/v1/namespaces/default/configmaps?labelSelector=n{number}!={'x' * 60}&{'p' * 6000}")


@pytest.mark.parametrize("release", RELEASES)
def test_the_log_is_rotated_beside_itself_and_goes_on(new_node: NewNode, release: str) -> None:
    node = new_node(release)
    _laid(node, rendered(release, policy=METADATA, log={"maxSize": 1, "maxBackup": 2}))
    client = control_plane.boot(node)
    log = node.path(LOG)

    def rotated() -> bool:
        _fill(client, 10)
        return bool(list(log.parent.glob("audit-*.log")))

    wait_until(rotated, "a rotated log")
    (old,) = log.parent.glob("audit-*.log")
    assert old.stat().st_size <= 1024 * 1024
    _fill(client, 1)
    wait_until(lambda: log.exists() and log.stat().st_size > 0, "events after the rotation")
    assert logged(log)
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("release", RELEASES)
def test_without_the_policy_on_the_node_the_kubelet_starts_nothing(new_node: NewNode, release: str) -> None:
    node = new_node(release)
    _laid(node, rendered(release))
    node.path(POLICY_PATH).unlink()
    with pytest.raises(KubeletError, match=r"apiserver-audit-policy\.yaml is not a file"):
        control_plane.launch(node)


def test_with_a_folder_in_the_policys_place_the_kubelet_starts_nothing(new_node: NewNode) -> None:
    node = new_node(RELEASES[-1])
    _laid(node, rendered(RELEASES[-1]))
    node.path(POLICY_PATH).unlink()
    node.path(POLICY_PATH).mkdir()
    with pytest.raises(KubeletError, match="is not a file"):
        control_plane.launch(node)


@pytest.mark.parametrize("release", RELEASES)
def test_switched_off_it_boots_without_a_word_of_auditing(new_node: NewNode, release: str) -> None:
    node = new_node(release)
    _laid(node, rendered(release, enabled=False))
    assert not [word for word in command(manifest(node)) if "audit" in word]
    client = control_plane.boot(node)
    assert client.request("GET", "/version").status == HTTPStatus.OK
    assert not node.path(LOG).exists()


OWN_FILE = """\
# The cluster of the web team.
apiVersion: kubeadm.k8s.io/{api}
kind: InitConfiguration
nodeRegistration:
  name: first
---
apiVersion: kubeadm.k8s.io/{api}
kind: ClusterConfiguration
kubernetesVersion: v{release}
controlPlaneEndpoint: 192.0.2.10:6443
apiServer:
  extraArgs: {args}
  extraVolumes:
  - name: tuning  # ours
    hostPath: /etc/tuning
    mountPath: /etc/tuning
    pathType: DirectoryOrCreate
"""
OWN_ARGS = {"v1beta3": '{profiling: "false"}', "v1beta4": '[{name: profiling, value: "false"}]'}


@pytest.mark.parametrize(("release", "api"), [("1.34.4", "v1beta3"), ("1.34.4", "v1beta4"), ("1.37.2", "v1beta4")])
def test_merged_into_a_file_of_ones_own_both_take_effect(new_node: NewNode, release: str, api: str) -> None:
    node = new_node(release)
    own = OWN_FILE.format(api=api, release=release, args=OWN_ARGS[api])
    outputs = [{"format": "policy"}, {"format": "kubeadm", "mergeInto": "own.yaml"}]
    artifacts = rendered(release, {"own.yaml": own}, policy=METADATA, outputs=outputs)
    assert b"# The cluster of the web team." in artifacts[KUBEADM]
    _laid(node, artifacts)
    pod = manifest(node)
    assert "--profiling=false" in command(pod)
    assert "/etc/tuning" in {mount.mount_path for mount in mounts(node, pod)}
    control_plane.boot(node)
    assert logged(node.path(LOG))


EVERYTHING: dict[str, Any] = {
    "log": {
        "compress": True,
        "format": "json",
        "mode": "batch",
        "maxAge": 7,
        "maxBackup": 3,
        "maxSize": 50,
        "batch": {
            "bufferSize": 20000,
            "maxSize": 100,
            "maxWait": "500ms",
            "throttle": {"enable": True, "qps": 20.5, "burst": 30},
        },
        "truncate": {"enabled": True, "maxBatchSize": 10485760, "maxEventSize": 102400},
    },
    "node": {
        "policyPath": "/etc/kubernetes/audit/policy.yaml",
        "logDirectory": "/var/log/audit-of-kubernetes",
        "hashPolicyName": True,
    },
}


@pytest.mark.parametrize("release", RELEASES)
def test_every_setting_of_the_log_is_one_that_kube_apiserver_takes(new_node: NewNode, release: str) -> None:
    node = new_node(release)
    artifacts = rendered(release, policy=METADATA, **EVERYTHING)
    (policy_path,) = (flag for flag in _flags(artifacts) if flag.startswith("/etc/kubernetes/audit/policy"))
    node.write(policy_path, artifacts[POLICY], 0o600)
    kubeadm.prepare(node, artifacts[KUBEADM])
    client = control_plane.boot(node)
    client.request("GET", "/version?once")
    log = node.path("/var/log/audit-of-kubernetes/audit.log")
    wait_until(lambda: any("once" in event["requestURI"] for event in logged(log)), "a batch of events in the log")


def test_a_minor_alone_is_the_release_of_the_kubeadm_that_reads_it(new_node: NewNode) -> None:
    node = new_node("1.37.2")
    _laid(node, rendered("1.37"))
    assert manifest(node)["spec"]["containers"][0]["image"].endswith(":v1.37.2")


def test_a_log_to_the_containers_output_is_found_there(new_node: NewNode) -> None:
    node = new_node(RELEASES[-1])
    _laid(node, rendered(RELEASES[-1], policy=METADATA, log={"path": "-"}))
    client = control_plane.boot(node)
    client.request("GET", "/version?once")
    output = node.folder / "kube-apiserver.log"
    wait_until(lambda: b'"requestURI":"/version?once"' in output.read_bytes(), "the event in the container's output")
    assert not node.path(LOG).exists()


def test_the_configuration_that_later_nodes_read_has_the_same_flags_and_mounts(new_node: NewNode) -> None:
    node = new_node(RELEASES[-1])
    artifacts = rendered(RELEASES[-1])
    _laid(node, artifacts)
    client = control_plane.boot(node)
    answer = client.request("GET", "/api/v1/namespaces/kube-system/configmaps/kubeadm-config")
    kept = yaml.safe_load(json.loads(answer.body)["data"]["ClusterConfiguration"])
    asked = yaml.safe_load(artifacts[KUBEADM])["apiServer"]
    volumes = [{"readOnly": False, **volume} for volume in kept["apiServer"]["extraVolumes"]]
    assert (kept["apiServer"]["extraArgs"], volumes) == (asked["extraArgs"], asked["extraVolumes"])


def _flags(artifacts: dict[str, bytes]) -> list[str]:
    document = yaml.safe_load(artifacts[KUBEADM])
    return [argument["value"] for argument in document["apiServer"]["extraArgs"]]
