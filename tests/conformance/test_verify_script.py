from __future__ import annotations

import subprocess
from typing import Any

import pytest
from tests.conformance.harness import control_plane, kubeadm
from tests.conformance.harness.node import NewNode, Node
from tests.conformance.harness.receiver import AUTHORITY, URL, Receiver
from tests.conformance.harness.specs import KUBEADM, LOG, node_files, rendered, verify_script

RELEASE = "1.37.2"
SILENT = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n"


def _laid(node: Node, artifacts: dict[str, bytes], kubeadm_config: bytes | None = None) -> str:
    """Everything on the node; the path of the script comes back."""
    for path, content in node_files(artifacts).items():
        node.write(path, content, 0o600)
    kubeadm.prepare(node, kubeadm_config or artifacts[KUBEADM])
    return verify_script(artifacts)


def _proof(node: Node, script: str, *, seconds: int = 2) -> subprocess.CompletedProcess[str]:
    return node.attempt("sh", script, "--wait", str(seconds))


def _refutation(node: Node, script: str) -> str:
    proof = _proof(node, script)
    assert proof.returncode == 1, proof.stdout + proof.stderr
    assert proof.stdout == ""
    return proof.stderr


def test_with_no_api_server_it_says_so(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    script = _laid(node, rendered(RELEASE))
    assert "no API server answered at https://127.0.0.1:6443 within 2 s" in _refutation(node, script)


def test_with_no_flags_it_says_that_there_is_no_log(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    script = _laid(node, rendered(RELEASE), rendered(RELEASE, enabled=False)[KUBEADM])
    control_plane.boot(node)
    assert f"{LOG} does not exist" in _refutation(node, script)


def test_with_another_policy_it_says_that_nothing_is_recorded(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    script = _laid(node, artifacts)
    (policy,) = (path for path in node_files(artifacts) if path.endswith("policy.yaml"))
    node.write(policy, SILENT, 0o600)
    control_plane.boot(node)
    assert f"no entry in {LOG} holds the request" in _refutation(node, script)


def test_with_an_old_log_it_is_not_deceived(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    script = _laid(node, rendered(RELEASE), rendered(RELEASE, enabled=False)[KUBEADM])
    control_plane.boot(node)
    node.write(LOG, '{"kind":"Event","requestURI":"/version?nonce=auditstrap-0"}\n', 0o600)
    assert f"no entry in {LOG} holds the request" in _refutation(node, script)


WEBHOOK: dict[str, Any] = {
    "log": {"enabled": False},
    "webhook": {
        "server": URL,
        "certificateAuthority": AUTHORITY,
        "initialBackoff": "100ms",
        "batch": {"maxWait": "100ms"},
    },
}


def test_with_no_receiver_it_says_that_sending_fails(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    with Receiver(node):
        script = _laid(node, rendered(RELEASE, **WEBHOOK))
    control_plane.boot(node)
    proof = _proof(node, script, seconds=20)
    assert proof.returncode == 1, proof.stdout + proof.stderr
    assert f"sending them to {URL} fails" in proof.stderr


def test_with_no_webhook_flags_it_says_that_no_event_is_made(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    script = _laid(node, rendered(RELEASE, **WEBHOOK), rendered(RELEASE, enabled=False)[KUBEADM])
    control_plane.boot(node)
    assert "kube-apiserver counts no audit event" in _refutation(node, script)


def test_a_log_in_the_containers_output_is_looked_for_where_the_kubelet_keeps_it(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    script = _laid(node, rendered(RELEASE, log={"path": "-"}))
    control_plane.boot(node)
    assert "no entry in the log of the kube-apiserver container" in _refutation(node, script)
    kept = "/var/log/pods/kube-system_kube-apiserver-node_uid/kube-apiserver"
    node.path(kept).mkdir(parents=True)
    node.path(f"{kept}/0.log").hardlink_to(node.folder / "kube-apiserver.log")
    proof = _proof(node, script, seconds=20)
    assert proof.returncode == 0, proof.stderr


def test_an_unprivileged_port_of_ones_own_is_found_in_the_manifest(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    script = _laid(node, artifacts, artifacts[KUBEADM] + b"---\n" + PORT_7443)
    assert "no API server answered at https://127.0.0.1:7443" in _refutation(node, script)


PORT_7443 = b"""\
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {bindPort: 7443}
"""


@pytest.mark.parametrize("arguments", [("--wait", "soon"), ("--wait",), ("--nonsense",)])
def test_wrong_arguments_are_a_usage_error(new_node: NewNode, arguments: tuple[str, ...]) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    node.write("/root/verify.sh", node_files(artifacts)[verify_script(artifacts)])
    assert node.attempt("sh", "/root/verify.sh", *arguments).returncode == 2
