"""The hub: what one control-plane node needs for auditing to be on.

Flags on kube-apiserver, mounts into its Pod, files and directories on the host. A spec becomes an
:class:`AuditSetup`; every format transports some of its parts, and reads the same parts back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.source import Span

T = TypeVar("T")


VERIFY_SCRIPT = "verify.sh"
"""The name of the file, beside the policy, that proves auditing on a node."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag of kube-apiserver: its name without dashes, its value as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Mount:
    """One hostPath volume of the kube-apiserver Pod and where it is mounted.

    ``name`` is a DNS label; ``path_type`` a type of hostPath (``File``, ``DirectoryOrCreate`` …), "" for no check.
    """

    name: str
    host_path: str
    mount_path: str
    read_only: bool
    path_type: str


@dataclass(frozen=True, slots=True)
class NodeFile:
    """A file on the host, there before kubeadm runs; ``owner`` is ``user:group``.

    ``content`` None is a file that is only created, empty, where it is missing: a log.
    """

    path: str
    content: bytes | None
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

    def part(self, names: frozenset[str]) -> dict[str, object]:
        """The parts with these names, for a comparison with :meth:`Observed.known`."""
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A value and where it was read."""

    value: T
    span: Span


@dataclass(frozen=True, slots=True)
class Observed:
    """An AuditSetup as one file shows it: each value with its place, None for what that file cannot show."""

    kubernetes: Located[KubernetesVersion] | None = None
    flags: tuple[Located[Flag], ...] | None = None
    mounts: tuple[Located[Mount], ...] | None = None
    files: tuple[Located[NodeFile], ...] | None = None
    directories: tuple[Located[NodeDirectory], ...] | None = None

    def known(self) -> dict[str, object]:
        """The parts that are known, without their places."""
        parts = {name: getattr(self, name) for name in Observed.__slots__}
        return {name: _values(part) for name, part in parts.items() if part is not None}


def _values(part: Located[object] | tuple[Located[object], ...]) -> object:
    return part.value if isinstance(part, Located) else tuple(located.value for located in part)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One rendered file: its path inside the output folder, its bytes, its mode."""

    path: str
    content: bytes
    mode: int = 0o644
