"""The grid of clusters that are booted, and one of them up, with its traffic sent and its events there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.conformance.harness import bootstrap, control_plane
from tests.conformance.harness.debian import Tree
from tests.conformance.harness.events import Event, logged, predicted_stages, stages_of
from tests.conformance.harness.kubernetes_build import binaries
from tests.conformance.harness.node import Node
from tests.conformance.harness.processes import wait_until
from tests.conformance.harness.receiver import AUTHORITY, URL, Receiver
from tests.conformance.harness.specs import CLOUD_CONFIG, KUBEADM, LOG, POLICY, rendered, verify_script
from tests.conformance.harness.traffic import Sent, send_everything

from auditstrap.policy import Policy, load

PRESETS = ("baseline@1", "daocloud@1", "metadata@1")
# The older kubeadm reads both APIs, the newer one only v1beta4.
RELEASES = (("1.34.4", "v1beta3"), ("1.34.4", "v1beta4"), ("1.37.2", "v1beta4"))
BACKENDS = ("log", "webhook")


@dataclass(frozen=True, slots=True)
class Case:
    """One cluster: its release, the API of its kubeadm file, its policy, and where events go."""

    release: str
    kubeadm_api: str
    preset: str
    backend: str

    def __str__(self) -> str:
        return f"{self.release}-{self.kubeadm_api}-{self.preset}-{self.backend}"

    def artifacts(self) -> dict[str, bytes]:
        """What auditstrap renders; v1beta3 by merging into a file of it, which such a kubeadm still reads."""
        fields: dict[str, Any] = {"policy": {"preset": self.preset}}
        if self.backend == "webhook":
            fields["webhook"] = {"server": URL, "certificateAuthority": AUTHORITY, "batch": {"maxWait": "1s"}}
            fields["log"] = {"enabled": False}
        if self.kubeadm_api == "v1beta4":
            return rendered(self.release, **fields)
        formats: list[dict[str, str]] = [{"format": "policy"}, {"format": "cloud-init"}]
        outputs = [*formats, {"format": "kubeadm", "mergeInto": "own.yaml"}]
        return rendered(self.release, {"own.yaml": _own_kubeadm_file(self)}, outputs=outputs, **fields)


CASES = [Case(release, api, preset, backend) for release, api in RELEASES for preset in PRESETS for backend in BACKENDS]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A control plane that was booted by cloud-init, asked by several users, and all of whose events have arrived."""

    case: Case
    node: Node
    verify_script: str
    policy: Policy
    sent: tuple[Sent, ...]
    events: tuple[Event, ...]
    raw: bytes


@contextmanager
def running(case: Case, tree: Tree, folder: Path) -> Iterator[Cluster]:
    """The cluster of a case, up as long as the context."""
    artifacts = case.artifacts()
    policy = load(artifacts[POLICY].decode(), kubernetes=case.release.rpartition(".")[0])
    with ExitStack() as stack:
        node = stack.enter_context(Node(folder, tree, binaries(case.release)))
        receiver = stack.enter_context(Receiver(node))
        booted = bootstrap.first_boot(node, bootstrap.own_part(artifacts[KUBEADM]), artifacts[CLOUD_CONFIG])
        assert booted.status == 0, booted.output
        assert bootstrap.kubeadm_calls(node), f"kubeadm was not called:\n{booted.output}"
        admin = control_plane.boot(node)
        sent = send_everything(node, admin)

        def events() -> list[Event]:
            return receiver.events() if case.backend == "webhook" else logged(node.path(LOG))

        wait_until(lambda: _arrived(policy, sent, events()), f"{case}: every event of the requests that were sent")
        raw = b"".join(receiver.batches) if case.backend == "webhook" else node.path(LOG).read_bytes()
        yield Cluster(case, node, verify_script(artifacts), policy, sent, tuple(events()), raw)


def _arrived(policy: Policy, sent: tuple[Sent, ...], events: list[Event]) -> bool:
    return all(set(predicted_stages(policy, one)) <= set(stages_of(events, one)) for one in sent)


def _own_kubeadm_file(case: Case) -> str:
    documents = [
        {"kind": "InitConfiguration", "nodeRegistration": {"name": "first"}},
        {
            "kind": "ClusterConfiguration",
            "kubernetesVersion": f"v{case.release}",
            "apiServer": {"extraArgs": {"profiling": "false"}},
        },
    ]
    return yaml.safe_dump_all(
        {"apiVersion": f"kubeadm.k8s.io/{case.kubeadm_api}", **document} for document in documents
    )
