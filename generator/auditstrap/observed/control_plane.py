"""Cluster API: KubeadmControlPlane, KubeadmConfig, and the templates of both, v1beta1 and v1beta2.

Sources: ``api/bootstrap/kubeadm/v1beta2/kubeadm_types.go`` and ``kubeadmconfig_types.go`` of Cluster API.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from auditstrap.embedded import Place, Text
from auditstrap.observed import kubeadm
from auditstrap.observed.contents import CLUSTER_API_ENCODINGS, delivered
from auditstrap.observed.model import ApiServer, Command, Delivery, Findable
from auditstrap.observed.nodes import items, key_of, member, place_of, text_of
from auditstrap.source import Mapping, Node

MOST_CHARACTERS: Final = 10240
_GROUPS: Final = {
    "KubeadmControlPlane": "controlplane.cluster.x-k8s.io",
    "KubeadmControlPlaneTemplate": "controlplane.cluster.x-k8s.io",
    "KubeadmConfig": "bootstrap.cluster.x-k8s.io",
    "KubeadmConfigTemplate": "bootstrap.cluster.x-k8s.io",
}


def is_control_plane(root: Node | None) -> bool:
    """Whether a document is one of Cluster API's that holds a kubeadm configuration."""
    group = (text_of(member(root, "apiVersion")) or "").partition("/")[0]
    kind = text_of(member(root, "kind")) or ""
    return kind in _GROUPS and group == _GROUPS[kind]


@dataclass(frozen=True, slots=True)
class _Object:
    """One object: its parts, and the version of its API."""

    text: Text
    root: Mapping
    kind: str
    version: str
    spec: Node | None
    config: Node | None

    @property
    def is_control_plane(self) -> bool:
        return self.kind.startswith("KubeadmControlPlane")

    def place(self, *nodes: Node | None) -> Place:
        return place_of(self.text, *nodes, key_of(self.root, "kind"))


def _object(text: Text, root: Mapping) -> _Object:
    kind = text_of(member(root, "kind")) or ""
    version = (text_of(member(root, "apiVersion")) or "").partition("/")[2]
    spec = member(root, "spec", "template", "spec") if kind.endswith("Template") else member(root, "spec")
    config = member(spec, "kubeadmConfigSpec") if kind.startswith("KubeadmControlPlane") else spec
    return _Object(text, root, kind, version, spec, config)


def read(text: Text, root: Mapping, into: Findable) -> Delivery:
    """Take the API server and everything that is delivered to its node."""
    found = _object(text, root)
    delivery = _delivery(found)
    into.deliveries.append(delivery)
    server = _server(found, delivery)
    # What a template leaves out, a ClusterClass may patch in.
    if server.audits or found.kind == "KubeadmControlPlane":
        into.servers.append(server)
    return delivery


def _delivery(found: _Object) -> Delivery:
    text, config = found.text, found.config
    files = (delivered(text, item, CLUSTER_API_ENCODINGS) for item in items(member(config, "files")))
    ignition = text_of(member(config, "format")) == "ignition"
    return Delivery(
        carrier=found.kind,
        place=found.place(key_of(config, "files"), key_of(config, "clusterConfiguration")),
        files=tuple(file for file in files if file is not None),
        commands=tuple(_commands(text, config)),
        covered=_copied_by_bottlerocket(config),
        templated=None if ignition else "Cluster API",
        most_characters=None if found.version.startswith("v1alpha") else MOST_CHARACTERS,
        users=tuple(name for item in items(member(config, "users")) if (name := text_of(member(item, "name")))),
    )


def _server(found: _Object, delivery: Delivery) -> ApiServer:
    api = "v1beta4" if found.version == "v1beta2" else "v1beta3"
    cluster = member(found.config, "clusterConfiguration")
    server = kubeadm.cluster_configuration(found.text, cluster, api)
    version = member(found.spec, "version")
    return replace(
        server,
        carrier=found.kind,
        version=kubeadm.version_of(version) or server.version,
        version_place=found.place(version, member(cluster, "kubernetesVersion")),
        place=found.place(key_of(cluster, "apiServer"), key_of(found.config, "clusterConfiguration")),
        delivery=delivery,
        misshapen=tuple(replace(m, message=m.message.replace(api, found.version)) for m in server.misshapen),
    )


def _commands(text: Text, config: Node | None) -> Iterator[Command]:
    for key in ("bootCommands", "preKubeadmCommands", "postKubeadmCommands"):
        for item in items(member(config, key)):
            yield Command(text_of(item) or "", text.at(item), early=key == "bootCommands")


def _copied_by_bottlerocket(config: Node | None) -> tuple[str, ...]:
    """Bottlerocket keeps what Cluster API writes under /etc/kubernetes in /var/lib/kubeadm."""
    bottlerocket = text_of(member(config, "format")) == "bottlerocket"
    return ("/var/lib/kubeadm",) if bottlerocket else ()
