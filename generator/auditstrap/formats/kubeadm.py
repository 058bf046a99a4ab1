"""kubeadm's ClusterConfiguration: the flags and mounts of kube-apiserver.

Source: ``cmd/kubeadm/app/apis/kubeadm/v1beta{3,4}/types.go``. A document of its own, or merged into a user's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from auditstrap.fields import Field, FileText, Object, UserFile
from auditstrap.formats.kubeadm_merge import MergeError, merge
from auditstrap.kubernetes.kubeadm_apis import GROUP, KubeadmApi, api_for, api_named
from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.problems import InputError, Problem
from auditstrap.setup import Artifact, AuditSetup, Flag, Located, Mount, Observed
from auditstrap.source import Mapping, Node, Scalar, Sequence, documents
from auditstrap.yaml_text import HEADING, comment, dump

NAME: Final = "kubeadm"
ARTIFACT: Final = "kubeadm.yaml"
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
        text = comment((HEADING, *notes)) + dump(_cluster_configuration(setup))
        return (Artifact(ARTIFACT, text.encode()),)
    merged = comment((HEADING, *notes)) + _merged(setup, options.merge_into)
    return (Artifact(ARTIFACT, merged.encode(), mode=0o600),)


def _merged(setup: AuditSetup, file: UserFile) -> str:
    try:
        return merge(file.text, setup, api_for(setup.kubernetes.minor).version)
    except MergeError as error:
        raise InputError(Problem(file.path, problem.span, problem.message) for problem in error.problems) from None


def _cluster_configuration(setup: AuditSetup) -> dict[str, Any]:
    api = api_for(setup.kubernetes.minor)
    document: dict[str, Any] = {
        "apiVersion": api.api_version,
        "kind": "ClusterConfiguration",
        "kubernetesVersion": release(setup.kubernetes),
    }
    if setup.flags or setup.mounts:
        document["apiServer"] = {
            "extraArgs": extra_args(api, setup.flags),
            "extraVolumes": [extra_volume(mount) for mount in setup.mounts],
        }
    return document


def release(version: KubernetesVersion) -> str:
    """A version for ``kubernetesVersion``: a release, or the newest one of the minor (``stable-1.37``)."""
    return f"stable-{version}" if version.patch is None else f"v{version}"


def extra_args(api: KubeadmApi, flags: tuple[Flag, ...]) -> Any:  # noqa: ANN401 - two shapes, by the API
    """``extraArgs`` in the shape of this API."""
    if api.extra_args_are_a_list:
        return [{"name": flag.name, "value": flag.value} for flag in flags]
    return {flag.name: flag.value for flag in flags}


def extra_volume(mount: Mount) -> dict[str, Any]:
    """One entry of ``extraVolumes``."""
    return {
        "name": mount.name,
        "hostPath": mount.host_path,
        "mountPath": mount.mount_path,
        "readOnly": mount.read_only,
        "pathType": mount.path_type,
    }


def read(text: str) -> Observed:
    """What the ClusterConfiguration of a kubeadm file says; parts that it leaves out are empty, not unknown.

    Without a ClusterConfiguration everything is unknown. Values of another shape than kubeadm takes are passed over.
    Raises SourceError where the text is not YAML.
    """
    for document in documents(text):
        root = document.root
        if isinstance(root, Mapping) and _text(root.get("kind")) == "ClusterConfiguration":
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
    match = re.fullmatch(r"(?:stable-|v)?1\.([0-9]+)(?:\.([0-9]+))?", _text(node) or "")
    if node is None or match is None:
        return None
    return Located(KubernetesVersion(int(match[1]), int(match[2]) if match[2] else None), node.span)


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
