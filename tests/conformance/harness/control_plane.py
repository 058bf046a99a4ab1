"""etcd and kube-apiserver on a node, started from what kubeadm wrote there."""

from __future__ import annotations

from tests.conformance.harness.client import Client
from tests.conformance.harness.kubeadm import hand_over
from tests.conformance.harness.node import Node
from tests.conformance.harness.processes import Running, wait_until
from tests.conformance.harness.static_pod import command, manifest, mounts, sandbox

_ETCD_PKI = "/etc/kubernetes/pki/etcd"


def boot(node: Node) -> Client:
    """An administrator's client of the API server that is up; AssertionError with its log where it does not come up.

    Raises KubeletError where the kubelet would not start it.
    """
    server = launch(node)
    client = Client(node, "kubernetes-admin", "system:masters")
    wait_until(lambda: server.ended or client.ready(), "kube-apiserver is ready or ended", seconds=120)
    assert not server.ended, f"kube-apiserver ended:\n{server.output()[-3000:]}"
    hand_over(node)
    return client


def launch(node: Node) -> Running:
    """etcd, and kube-apiserver from its manifest; neither is waited for. Raises KubeletError."""
    pod = manifest(node)
    argv = sandbox(node.binaries.kube_apiserver, mounts(node, pod), command(pod))
    node.start("etcd", _etcd(node))
    return node.start("kube-apiserver", argv)


def _etcd(node: Node) -> list[str]:
    pki = node.path(_ETCD_PKI)
    data = node.folder / "etcd"
    url = "https://127.0.0.1:2379"
    return [
        *(str(node.tree.etcd), "--data-dir", str(data), "--listen-peer-urls", "http://127.0.0.1:2380"),
        *("--listen-client-urls", url, "--advertise-client-urls", url, "--client-cert-auth"),
        *("--trusted-ca-file", str(pki / "ca.crt")),
        *("--cert-file", str(pki / "server.crt"), "--key-file", str(pki / "server.key")),
    ]
