"""The real kubeadm on a node: what its ``init`` does for the API server, without what needs a kubelet."""

from __future__ import annotations

from tests.conformance.harness.node import REAL_KUBEADM, Node

CONFIG = "/etc/kubernetes/kubeadm.yaml"

_INITIAL_STEPS = (
    ("config", "validate"),
    ("init", "phase", "certs", "all"),
    ("init", "phase", "control-plane", "apiserver"),
    ("init", "phase", "kubeconfig", "admin"),
    ("init", "phase", "kubeconfig", "super-admin"),
)
INIT_SCRIPT = "\n".join(["set -e", *(f'{REAL_KUBEADM} {" ".join(step)} --config "$3"' for step in _INITIAL_STEPS), ""])
"""The body of a shell script that takes the place of ``kubeadm init --config FILE``."""


def prepare(node: Node, config: bytes) -> None:
    """Put the file on the node; kubeadm judges it, and writes what an API server needs from it."""
    node.write(CONFIG, config)
    for step in _INITIAL_STEPS:
        node.run(REAL_KUBEADM, *step, "--config", CONFIG)


def hand_over(node: Node) -> None:
    """The steps after the API server is up: administrators get rights, the configuration is kept for later nodes."""
    node.run(REAL_KUBEADM, "init", "phase", "upload-config", "kubeadm", "--config", CONFIG)
