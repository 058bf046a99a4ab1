"""kind's Cluster: patches of the kubeadm configuration and what is mounted into the nodes.

Sources: ``pkg/apis/config/v1alpha4/types.go``, ``pkg/internal/patch/kubeadm_merge.go``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from auditstrap.embedded import Text
from auditstrap.kubernetes.versions import KubernetesVersion, read_release
from auditstrap.observed import kubeadm
from auditstrap.observed.model import ApiServer, DeliveredFile, Delivery, Findable, KindPatch
from auditstrap.observed.nodes import items, key_of, member, place_of, text_of
from auditstrap.source import Mapping, Node, Scalar, Sequence

GROUPS: Final = ("kind.x-k8s.io", "kind.sigs.k8s.io")
_CONTROL_PLANE: Final = "control-plane"
_NODE_IMAGE: Final = re.compile(r"/node:(v1\.[0-9]+\.[0-9]+)")


def is_kind(root: Node | None) -> bool:
    """Whether a document is a configuration of kind."""
    group = (text_of(member(root, "apiVersion")) or "").partition("/")[0]
    return group in GROUPS and text_of(member(root, "kind")) in {"Cluster", "Config"}


def read(text: Text, root: Mapping, into: Findable) -> None:
    """Take the API server of every control-plane node, as kind would configure it."""
    nodes = [node for node in items(member(root, "nodes")) if _is_control_plane(node)] or [root]
    shared = tuple(_patches(text, root))
    opaque = any(member(node, "kubeadmConfigPatchesJSON6902") is not None for node in (root, *nodes))
    for node in nodes:
        own = tuple(_patches(text, node)) if node is not root else ()
        version = _node_version(node) or _node_version(root)
        delivery = _delivery(text, node)
        server = _merged(text, node, root, [*shared, *own])
        into.servers.append(replace(server, version=version, delivery=delivery, partial=opaque))
        into.kind_patches.extend(_kind_patch(patch, version) for patch in (*shared, *own))


class _Patch:
    """A patch of the ClusterConfiguration and the text that it is."""

    __slots__ = ("api", "root", "text")

    def __init__(self, text: Text, root: Mapping) -> None:
        self.text = text
        self.root = root
        self.api = (text_of(member(root, "apiVersion")) or "").partition("/")[2]


def _is_control_plane(node: Node) -> bool:
    return (text_of(member(node, "role")) or _CONTROL_PLANE) == _CONTROL_PLANE


def _patches(text: Text, node: Node) -> Iterator[_Patch]:
    for item in items(member(node, "kubeadmConfigPatches")):
        if not isinstance(item, Scalar):
            continue
        inner = text.inside(item)
        for document in inner.documents()[0]:
            kind = text_of(member(document.root, "kind"))
            if isinstance(document.root, Mapping) and kind in kubeadm.CLUSTER_KINDS:
                yield _Patch(inner, document.root)


def _merged(text: Text, node: Node, root: Mapping, patches: list[_Patch]) -> ApiServer:
    """The patches one after the other: flags come together, a later list of volumes replaces an earlier one."""
    place = place_of(
        text, key_of(node, "kubeadmConfigPatches"), key_of(root, "kubeadmConfigPatches"), key_of(root, "kind")
    )
    merged = ApiServer(place=place, carrier="Cluster", by_kubeadm=True)
    for patch in patches:
        # The shape is what kind generates for the minor: rules about kind's patches judge it.
        server = kubeadm.cluster_configuration(patch.text, patch.root, "")
        has_volumes = member(patch.root, "apiServer", "extraVolumes") is not None
        merged = replace(
            merged,
            place=server.place if server.flags else merged.place,
            flags=(*(f for f in merged.flags if server.flag(f.name) is None), *server.flags),
            volumes=server.volumes if has_volumes else merged.volumes,
            mounts=server.mounts if has_volumes else merged.mounts,
            misshapen=(*merged.misshapen, *server.misshapen),
            unknown_fields=(*merged.unknown_fields, *server.unknown_fields),
            rootless=server.rootless or merged.rootless,
        )
    return merged


def _kind_patch(patch: _Patch, version: KubernetesVersion | None) -> KindPatch:
    args = member(patch.root, "apiServer", "extraArgs")
    key = key_of(member(patch.root, "apiServer"), "extraArgs")
    return KindPatch(
        api=patch.api,
        place=place_of(patch.text, member(patch.root, "apiVersion"), member(patch.root, "kind")),
        args_are_a_list=isinstance(args, Sequence) if args is not None else None,
        args_place=place_of(patch.text, key) if key is not None else None,
        minor=version.minor if version else None,
    )


def _node_version(node: Node) -> KubernetesVersion | None:
    match = _NODE_IMAGE.search(text_of(member(node, "image")) or "")
    return read_release(match[1]) if match else None


def _delivery(text: Text, node: Node) -> Delivery:
    """What the node sees of the host."""
    mounted = tuple(_mounted(text, node))
    return Delivery(
        carrier="Cluster",
        place=place_of(text, key_of(node, "extraMounts"), key_of(node, "role"), key_of(node, "kind"), node),
        files=mounted,
        covered=tuple(file.path for file in mounted),
    )


def _mounted(text: Text, node: Node) -> Iterator[DeliveredFile]:
    for item in items(member(node, "extraMounts")):
        path = text_of(member(item, "containerPath"))
        if path:
            yield DeliveredFile(path, text.at(item), place_of(text, member(item, "containerPath")), text=None)
