"""kube-apiserver's static Pod as a kubelet would start it: its command, and only what its volumes bring.

Sources: ``pkg/volume/hostpath/host_path.go`` of the hostPath checks, ``pkg/apis/core/validation`` of unique paths.
"""

from __future__ import annotations

import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.conformance.harness.node import MANIFEST, Node

_DIRECTORY = (stat.S_ISDIR, "directory")
_FILE = (stat.S_ISREG, "file")
_KINDS = {"Directory": _DIRECTORY, "DirectoryOrCreate": _DIRECTORY, "File": _FILE, "FileOrCreate": _FILE}


class KubeletError(Exception):
    """The kubelet would not start the Pod."""


@dataclass(frozen=True, slots=True)
class BindMount:
    """A path of the node that the container sees at ``mount_path``."""

    name: str
    source: Path
    mount_path: str
    read_only: bool


def manifest(node: Node) -> dict[str, Any]:
    """The Pod that lies among the node's static Pods."""
    loaded: dict[str, Any] = yaml.safe_load(node.path(MANIFEST).read_text())
    return loaded


def command(pod: dict[str, Any]) -> list[str]:
    """The words of the container's command."""
    words: list[str] = pod["spec"]["containers"][0]["command"]
    return words


def mounts(node: Node, pod: dict[str, Any]) -> list[BindMount]:
    """The container's mounts, outer folders first, once every volume passed the kubelet's check.

    Raises KubeletError.
    """
    sources = {volume["name"]: _checked(node, volume["hostPath"]) for volume in pod["spec"]["volumes"]}
    found = [
        BindMount(mount["name"], sources[mount["name"]], mount["mountPath"], mount.get("readOnly", False))
        for mount in pod["spec"]["containers"][0]["volumeMounts"]
    ]
    twice = [path for path, count in Counter(mount.mount_path for mount in found).items() if count > 1]
    if twice:
        raise KubeletError(f"invalid pod: mountPath must be unique: {twice}")
    return sorted(found, key=lambda mount: mount.mount_path)


def sandbox(program: Path, bind_mounts: list[BindMount], words: list[str]) -> list[str]:
    """The words that run a static program in an empty root with these mounts."""
    binds = [
        word
        for mount in bind_mounts
        for word in ("--ro-bind" if mount.read_only else "--bind", str(mount.source), mount.mount_path)
    ]
    name, *arguments = words
    return [
        *("bwrap", "--die-with-parent", "--unshare-pid", "--tmpfs", "/", "--dev", "/dev", "--proc", "/proc"),
        *("--ro-bind", str(program), f"/usr/local/bin/{name}", *binds, "--chdir", "/"),
        *("--clearenv", "--setenv", "PATH", "/usr/local/bin", "--", f"/usr/local/bin/{name}", *arguments),
    ]


def _checked(node: Node, host_path: dict[str, str]) -> Path:
    kind = host_path.get("type", "")
    path = node.path(host_path["path"])
    if not path.exists():
        _make(path, kind)
    if kind:
        is_kind, shown = _KINDS[kind]
        if not path.exists() or not is_kind(path.stat().st_mode):
            raise KubeletError(f"hostPath type check failed: {host_path['path']} is not a {shown}")
    return path


def _make(path: Path, kind: str) -> None:
    """What the kubelet makes, and, for no type at all, the container runtime."""
    if kind in {"DirectoryOrCreate", ""}:
        path.mkdir(parents=True, mode=0o755)
    elif kind == "FileOrCreate":
        if not path.parent.is_dir():
            raise KubeletError(f"open {path}: no such file or directory")
        path.touch(mode=0o644)
