"""The hub: what one control-plane node needs for auditing to be on.

Flags on kube-apiserver, mounts into its Pod, files and directories on the host. A spec becomes an
:class:`AuditSetup`; every format transports some of its parts, and reads the same parts back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from auditstrap.kubernetes.versions import KubernetesVersion

PathType = Literal["", "File", "FileOrCreate", "Directory", "DirectoryOrCreate"]
"""The hostPath types that can carry auditing; "" is no check at all."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag of kube-apiserver: its name without dashes, its value as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Mount:
    """One hostPath volume of the kube-apiserver Pod and where it is mounted; ``name`` is a DNS label."""

    name: str
    host_path: str
    mount_path: str
    read_only: bool
    path_type: PathType


@dataclass(frozen=True, slots=True)
class NodeFile:
    """A file on the host, there before kubeadm runs; ``owner`` is ``user:group``."""

    path: str
    content: bytes
    mode: int
    owner: str


@dataclass(frozen=True, slots=True)
class NodeDirectory:
    """A directory on the host, there before kubeadm runs; ``owner`` is ``user:group``."""

    path: str
    mode: int
    owner: str


@dataclass(frozen=True, slots=True)
class AuditSetup:
    """Everything that auditing needs on each control-plane node of one cluster; empty where auditing is off."""

    kubernetes: KubernetesVersion
    flags: tuple[Flag, ...] = ()
    mounts: tuple[Mount, ...] = ()
    files: tuple[NodeFile, ...] = ()
    directories: tuple[NodeDirectory, ...] = ()


@dataclass(frozen=True, slots=True)
class Artifact:
    """One rendered file: its path inside the output folder, its bytes, its mode."""

    path: str
    content: bytes
    mode: int = 0o644
