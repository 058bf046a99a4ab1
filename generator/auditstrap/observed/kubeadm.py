"""kubeadm's ClusterConfiguration in every version of its API, whole or as a patch.

Source: ``cmd/kubeadm/app/apis/kubeadm/v1alpha1`` to ``v1beta4``, ``types.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from auditstrap.embedded import Place, Text
from auditstrap.kubernetes.kubeadm_apis import GROUP, api_named
from auditstrap.kubernetes.versions import KubernetesVersion, read_release
from auditstrap.observed.command_line import given
from auditstrap.observed.model import (
    ApiServer,
    Findable,
    GivenFlag,
    KubeadmDocument,
    Misshapen,
    MountPoint,
    UnknownField,
    Volume,
)
from auditstrap.observed.nodes import boolean, entries, items, key_of, member, place_of, text_of, unknown_fields
from auditstrap.problems import described, quoted
from auditstrap.source import Mapping, Node, Scalar, Sequence

CLUSTER_KINDS: Final = ("ClusterConfiguration", "MasterConfiguration")
_SERVER_FIELDS: Final = ("extraArgs", "extraVolumes", "extraEnvs", "certSANs", "timeoutForControlPlane")
_VOLUME_FIELDS: Final = ("name", "hostPath", "mountPath", "readOnly", "pathType")
_ARG_FIELDS: Final = ("name", "value")
_SHAPES: Final[dict[bool | None, tuple[type[Node], ...]]] = {
    True: (Sequence,),
    False: (Mapping,),
    None: (Sequence, Mapping),
}


def is_kubeadm(root: Node | None) -> bool:
    """Whether a document belongs to kubeadm, or is a patch of its ClusterConfiguration without an apiVersion."""
    group = (text_of(member(root, "apiVersion")) or "").partition("/")[0]
    kind = text_of(member(root, "kind"))
    return group == GROUP or (member(root, "apiVersion") is None and kind in CLUSTER_KINDS)


def read(text: Text, root: Mapping, into: Findable) -> None:
    """Take what a document of kubeadm's says."""
    kind = text_of(member(root, "kind")) or ""
    api = (text_of(member(root, "apiVersion")) or "").partition("/")[2]
    version = read_release(text_of(member(root, "kubernetesVersion")) or "")
    if api:
        place = place_of(text, member(root, "apiVersion"))
        into.kubeadm.append(KubeadmDocument(kind, api, place, version))
    if kind in CLUSTER_KINDS:
        into.servers.append(cluster_configuration(text, root, api))


def cluster_configuration(text: Text, root: Node | None, api: str) -> ApiServer:
    """The API server of a ClusterConfiguration under the API version ``api``, "" for either of them."""
    version_node = member(root, "kubernetesVersion")
    args, volumes = _parts(root)
    listed = _is_listed(api)
    server = member(root, "apiServer")
    own = key_of(root, "apiServer")
    old = api.startswith("v1alpha")
    read_volumes = tuple(volume_and_mount(text, item, old=old) for item in items(volumes))
    return ApiServer(
        place=place_of(text, own, member(root, "kind"), root),
        carrier="ClusterConfiguration",
        version=read_release(text_of(version_node) or ""),
        version_place=place_of(text, version_node, root),
        flags=tuple(arguments(text, args)),
        volumes=tuple(volume for volume, _ in read_volumes),
        mounts=tuple(mount for _, mount in read_volumes),
        by_kubeadm=True,
        rootless=_rootless(text, root),
        misshapen=tuple(_misshapen(text, args, key_of(server, "extraArgs"), api, listed=listed)),
        unknown_fields=() if old else tuple(_unknown(text, server, args, volumes)),
    )


def _parts(root: Node | None) -> tuple[Node | None, Node | None]:
    server = member(root, "apiServer")
    if server is not None:
        return member(server, "extraArgs"), member(server, "extraVolumes")
    return member(root, "apiServerExtraArgs"), member(root, "apiServerExtraVolumes")


def _is_listed(api: str) -> bool | None:
    known = api_named(api)
    return known.extra_args_are_a_list if known else (False if api else None)


def arguments(text: Text, args: Node | None) -> Iterator[GivenFlag]:
    """The flags, whichever shape they have: the wrong one is a mistake of its own."""
    for name, key, value in entries(args):
        yield given(name, _written(value), text.at(key), text.at(value))
    for item in items(args):
        yield from _argument(text, item)


def _argument(text: Text, item: Node) -> Iterator[GivenFlag]:
    name, value = text_of(member(item, "name")), member(item, "value")
    if name is not None:
        flag = given(name, _written(value), place_of(text, member(item, "name")), place_of(text, value, item))
        yield replace(flag, place=text.at(item))
    elif isinstance(item, Mapping):
        yield from arguments(text, item)


def _written(value: Node | None) -> str | None:
    if not isinstance(value, Scalar) or value.value is None:
        return None
    return value.text


def volume_and_mount(text: Text, item: Node, *, old: bool = False) -> tuple[Volume, MountPoint]:
    """One entry of ``extraVolumes``; ``old`` is v1alpha1 to v1alpha3, with ``writable`` for ``readOnly``."""
    kind, read_only = member(item, "pathType"), member(item, "readOnly")
    name = text_of(member(item, "name")) or ""
    volume = Volume(
        name=name,
        source="hostPath",
        place=text.at(item),
        host_path=text_of(member(item, "hostPath")),
        path_type=text_of(kind) or "",
        path_type_place=text.at(kind) if kind is not None else None,
        name_place=place_of(text, member(item, "name"), item),
    )
    mount = MountPoint(
        name=name,
        path=text_of(member(item, "mountPath")) or "",
        place=text.at(item),
        volume=volume,
        read_only=_read_only(item, old=old),
        read_only_place=text.at(read_only) if read_only is not None else None,
    )
    return volume, mount


def _read_only(item: Node, *, old: bool) -> bool | None:
    if not old:
        return boolean(member(item, "readOnly"), absent=False)
    writable = boolean(member(item, "writable"), absent=False)
    return None if writable is None else not writable


def _rootless(text: Text, root: Node | None) -> Place | None:
    gate = member(root, "featureGates", "RootlessControlPlane")
    return text.at(gate) if gate is not None and boolean(gate, absent=False) else None


def _misshapen(
    text: Text, args: Node | None, key: Node | None, api: str, *, listed: bool | None
) -> Iterator[Misshapen]:
    if args is None or (isinstance(args, Scalar) and args.value is None):
        return
    if not isinstance(args, _SHAPES[listed]):
        allowed = "a list of name and value" if listed else "a map of strings" if listed is False else "a map or a list"
        under = f" under {api}" if api else ""
        yield Misshapen(place_of(text, key, args), f"extraArgs is {described(args)}; {allowed} is allowed{under}")
        return
    yield from _misshapen_values(text, args)


def _misshapen_values(text: Text, args: Node) -> Iterator[Misshapen]:
    for name, _, value in entries(args):
        yield from _not_text(text, name, value)
    for item in items(args):
        named = text_of(member(item, "name"))
        if named:
            yield from _not_text(text, named, member(item, "value"))
        else:
            message = f"{described(item)} stands here without a name; an entry of name and value is allowed"
            yield Misshapen(text.at(item), message)


def _not_text(text: Text, name: str, value: Node | None) -> Iterator[Misshapen]:
    if value is None or (isinstance(value, Scalar) and (value.value is None or isinstance(value.value, str))):
        return
    fix = quoted(value.text) if isinstance(value, Scalar) else None
    hint = f": write {fix}, in quotes" if fix else ""
    yield Misshapen(text.at(value), f"{name} has {described(value)}; a string is allowed{hint}", fix)


def _unknown(text: Text, server: Node | None, args: Node | None, volumes: Node | None) -> Iterator[UnknownField]:
    yield from unknown_fields(text, server, "apiServer", _SERVER_FIELDS)
    for item in items(volumes):
        yield from unknown_fields(text, item, "an extraVolume", _VOLUME_FIELDS)
    for item in items(args):
        if member(item, "name") is not None:
            yield from unknown_fields(text, item, "an extraArg", _ARG_FIELDS)


def version_of(node: Node | None) -> KubernetesVersion | None:
    """A version as Cluster API and kind write it."""
    return read_release(text_of(node) or "")
