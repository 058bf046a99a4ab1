"""kubeadm's ClusterConfiguration: the flags and mounts of kube-apiserver.

Source: ``cmd/kubeadm/app/apis/kubeadm/v1beta{3,4}/types.go``. A document of its own, or merged into a user's file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditstrap.fields import Field, FileText, Object, UserFile
from auditstrap.formats import cluster_configuration
from auditstrap.formats.kubeadm_merge import merge
from auditstrap.kubernetes.kubeadm_apis import GROUP, KubeadmApi, api_for, api_named
from auditstrap.kubernetes.versions import KubernetesVersion, read_release
from auditstrap.setup import Artifact, AuditSetup, Flag, Located, Mount, Observed
from auditstrap.source import Mapping, Node, Scalar, Sequence, documents
from auditstrap.yaml_text import HEADING, comment, dump

NAME: Final = "kubeadm"
ARTIFACT: Final = "kubeadm.yaml"
_PRIVATE: Final = 0o600
"""The mode of what holds a file of the user's: it may hold a token too."""

TRANSPORTS: Final = frozenset({"kubernetes", "flags", "mounts"})


@dataclass(frozen=True, slots=True)
class Options:
    """``merge_into`` is the user's own kubeadm file, whose documents, comments and formatting stay."""

    merge_into: UserFile | None = None


OPTIONS: Final = Object(
    Options,
    (Field("mergeInto", "merge_into", FileText(), "a kubeadm file of your own that auditing is merged into"),),
)


def render(setup: AuditSetup, options: Options, notes: tuple[str, ...] = ()) -> tuple[Artifact, ...]:
    """``kubeadm.yaml``. Raises InputError where the user's own file says something else than the setup."""
    if options.merge_into is None:
        text = dump(cluster_configuration.document(setup, api_for(setup.kubernetes.minor)))
        return (Artifact(ARTIFACT, (comment((HEADING, *notes)) + text).encode()),)
    merged = merge(options.merge_into, setup)
    return (Artifact(ARTIFACT, (comment((HEADING, *notes)) + merged).encode(), mode=_PRIVATE),)


def read(text: str) -> Observed:
    """What the ClusterConfiguration of a kubeadm file says; parts that it leaves out are empty, not unknown.

    Without a ClusterConfiguration everything is unknown. Values of another shape than kubeadm takes are passed over.
    Raises SourceError where the text is not YAML.
    """
    for document in documents(text):
        root = document.root
        if isinstance(root, Mapping) and _text(root.get("kind")) == cluster_configuration.KIND:
            group, _, version = (_text(root.get("apiVersion")) or "").partition("/")
            if group == GROUP:
                return _observed(root, api_named(version))
    return Observed()


def _observed(root: Mapping, api: KubeadmApi | None) -> Observed:
    server = root.get("apiServer")
    server = server if isinstance(server, Mapping) else None
    read_args = _listed_args if api and api.extra_args_are_a_list else _mapped_args
    return Observed(
        kubernetes=_version(root.get("kubernetesVersion")),
        flags=tuple(read_args(server.get("extraArgs"))) if server else (),
        mounts=tuple(_volumes(server.get("extraVolumes"))) if server else (),
    )


def _version(node: Node | None) -> Located[KubernetesVersion] | None:
    version = read_release(_text(node) or "")
    return Located(version, node.span) if node is not None and version is not None else None


def _listed_args(node: Node | None) -> Iterator[Located[Flag]]:
    for item in node.items if isinstance(node, Sequence) else ():
        name, value = _strings(item, "name", "value")
        if name is not None and value is not None:
            yield Located(Flag(name, value), item.span)


def _mapped_args(node: Node | None) -> Iterator[Located[Flag]]:
    for key, item in node.entries if isinstance(node, Mapping) else ():
        name, value = _text(key), _text(item)
        if name is not None and value is not None:
            yield Located(Flag(name, value), item.span)


def _volumes(node: Node | None) -> Iterator[Located[Mount]]:
    for item in node.items if isinstance(node, Sequence) else ():
        name, host_path, mount_path = _strings(item, "name", "hostPath", "mountPath")
        if name is not None and host_path is not None and mount_path is not None:
            path_type = _text(_member(item, "pathType")) or ""
            yield Located(Mount(name, host_path, mount_path, _true(_member(item, "readOnly")), path_type), item.span)


def _strings(node: Node, *keys: str) -> tuple[str | None, ...]:
    return tuple(_text(_member(node, key)) for key in keys)


def _member(node: Node, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def _true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is True
