"""Static Pods: the manifest of kube-apiserver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditstrap.embedded import Place, Text
from auditstrap.kubernetes.versions import KubernetesVersion, read_release
from auditstrap.observed.command_line import Token, api_server_words, flags
from auditstrap.observed.model import ApiServer, Findable, MountPoint, StaticPod, UnknownField, Volume
from auditstrap.observed.nodes import boolean, entries, items, key_of, member, place_of, text_of, unknown_fields
from auditstrap.source import Mapping, Node, Scalar

_IMAGE_TAG: Final = re.compile(r"(?:kube-apiserver|hyperkube)[^:@/]*:(v?1\.[0-9]+\.[0-9]+)")
_MOUNT_FIELDS: Final = ("name", "mountPath", "readOnly", "subPath", "subPathExpr", "mountPropagation")
_MOUNT_FIELDS_LATER: Final = ("recursiveReadOnly",)
_HOST_PATH_FIELDS: Final = ("path", "type")


def is_api_server(root: Node | None) -> bool:
    """Whether a document is a Pod with a container that starts kube-apiserver."""
    return text_of(member(root, "kind")) == "Pod" and _container(root) is not None


def read(text: Text, root: Mapping, into: Findable) -> None:
    """Take the API server out of such a Pod."""
    found = _container(root)
    if found is None:
        return
    container, words = found
    version = _version(container)
    server = api_server(text, root, container, words, version)
    into.servers.append(server)
    into.pods.append(StaticPod(text, root, version.minor if version else None))
    if text.block is None and text.whole is None:
        name = text_of(member(root, "metadata", "name")) or ""
        namespace = text_of(member(root, "metadata", "namespace")) or "default"
        into.named_pods.append((f"{namespace}/{name}", text.start()))


def api_server(
    text: Text, root: Mapping, container: Mapping, words: list[Node] | None, version: KubernetesVersion | None
) -> ApiServer:
    """The API server of one container of a Pod."""
    tokens = [Token(text_of(word) or "", text.at(word)) for word in words or ()]
    command = api_server_words(tokens)
    spec = member(root, "spec")
    volumes = tuple(_volume(text, item) for item in items(member(spec, "volumes")))
    known = {volume.name: volume for volume in volumes}
    listed = items(member(container, "volumeMounts"))
    return ApiServer(
        place=command[0].place if command else place_of(text, key_of(root, "kind")),
        carrier="Pod",
        version=version,
        version_place=place_of(text, member(container, "image")),
        flags=tuple(flags(command[1:])) if command else (),
        volumes=volumes,
        mounts=tuple(_mount(text, item, known) for item in listed),
        partial=command is None or member(container, "image") is None,
        unknown_fields=tuple(_unknown(text, spec, listed)),
    )


def _container(root: Node | None) -> tuple[Mapping, list[Node] | None] | None:
    """The container and the words of its command line; no words where they are not known."""
    named: tuple[Mapping, list[Node] | None] | None = None
    for container in items(member(root, "spec", "containers")):
        if not isinstance(container, Mapping):
            continue
        words = [*items(member(container, "command")), *items(member(container, "args"))]
        if api_server_words([Token(text_of(word) or "", _NOWHERE) for word in words]) is not None:
            return container, words
        if text_of(member(container, "name")) == "kube-apiserver":
            bare = words and all((text_of(word) or "").startswith("--") for word in words)
            named = (container, [_PROGRAM, *words]) if bare and member(container, "image") else (container, None)
    return named


_NOWHERE: Final = Text("", "").start()
_PROGRAM: Final = Scalar("kube-apiserver", "", None, _NOWHERE.span)


def _version(container: Mapping) -> KubernetesVersion | None:
    match = _IMAGE_TAG.search(text_of(member(container, "image")) or "")
    return read_release(match[1]) if match else None


def _volume(text: Text, item: Node) -> Volume:
    source = next((name for name, _, _ in entries(item) if name != "name"), "")
    host = member(item, "hostPath")
    kind = member(host, "type")
    return Volume(
        name=text_of(member(item, "name")) or "",
        source=source,
        place=text.at(item),
        host_path=text_of(member(host, "path")),
        path_type=text_of(kind) or "" if host is not None else None,
        path_type_place=text.at(kind) if kind is not None else None,
        name_place=place_of(text, member(item, "name"), item),
    )


def _mount(text: Text, item: Node, volumes: dict[str, Volume]) -> MountPoint:
    name = text_of(member(item, "name")) or ""
    read_only = member(item, "readOnly")
    return MountPoint(
        name=name,
        path=text_of(member(item, "mountPath")) or "",
        place=text.at(item),
        volume=volumes.get(name),
        read_only=boolean(read_only, absent=False),
        read_only_place=text.at(read_only) if read_only is not None else None,
        sub_path=text_of(member(item, "subPath")) or "",
    )


def _unknown(text: Text, spec: Node | None, mounts: tuple[Node, ...]) -> Iterator[UnknownField]:
    for mount in mounts:
        yield from unknown_fields(text, mount, "a volumeMount", (*_MOUNT_FIELDS, *_MOUNT_FIELDS_LATER))
    for volume in items(member(spec, "volumes")):
        yield from unknown_fields(text, member(volume, "hostPath"), "a hostPath volume", _HOST_PATH_FIELDS)


def start_of(place: Place) -> Place:
    """A place without extent, where another begins."""
    return place._replace(span=place.span._replace(end=place.span.start))
