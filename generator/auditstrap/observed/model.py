"""The shape in which rules see every carrier: API servers, what is delivered to nodes, policies.

None is *unknown* throughout: what the given files cannot show. An empty tuple is known to be empty.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from auditstrap.embedded import Place, Text
from auditstrap.kubernetes.audit_flags import BY_NAME
from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.paths import is_under, mounted_by_kubeadm
from auditstrap.problems import near
from auditstrap.source import Mapping, Node

PLACEHOLDER: Final = re.compile(r"\$[({A-Za-z_]|\{\{|\{%|<%|__[A-Z_]+__")
"""What is filled in later, by a shell, the kubelet or a template: such a value is not known."""


@dataclass(frozen=True, slots=True)
class GivenFlag:
    """One flag as given to kube-apiserver.

    ``name`` is without the two dashes of a command line and with ``-`` for ``_``; ``value`` None where none stands
    or where it is filled in later. ``place`` is the whole of it.
    """

    name: str
    value: str | None
    place: Place
    value_place: Place
    name_place: Place
    filled_in: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of the Pod; ``source`` is ``hostPath``, ``emptyDir`` …; ``path_type`` "" for none."""

    name: str
    source: str
    place: Place
    host_path: str | None = None
    path_type: str | None = None
    path_type_place: Place | None = None
    name_place: Place | None = None


@dataclass(frozen=True, slots=True)
class MountPoint:
    """Where a volume is mounted; ``volume`` None where the Pod has none of that name."""

    name: str
    path: str
    place: Place
    volume: Volume | None
    read_only: bool | None = False
    read_only_place: Place | None = None
    sub_path: str = ""

    def covers(self, path: str) -> bool:
        """Whether a path inside the container lies on this mount."""
        return is_under(path, posixpath.normpath(self.path))

    def host_path(self, path: str) -> str | None:
        """The path on the host behind a covered path; None where it is not on the host, or unknown."""
        if self.volume is None or self.volume.host_path is None:
            return None
        relative = posixpath.relpath(path, posixpath.normpath(self.path))
        return posixpath.normpath(posixpath.join(self.volume.host_path, self.sub_path, relative))


@dataclass(frozen=True, slots=True)
class Misshapen:
    """A value in a shape that its reader refuses: a sentence on what was found and what is allowed."""

    place: Place
    message: str
    corrected: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A key that its reader drops; ``meant`` is the near name, ``owner`` says whose key it is."""

    name: str
    owner: str
    place: Place
    meant: str | None


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file that a carrier puts on a node.

    ``text`` None where its content is not known (a reference) or not text; ``problem`` is why it does not decode.
    ``mode`` None where it is not given or no number.
    """

    path: str
    place: Place
    path_place: Place
    text: Text | None
    mode: int | None = None
    mode_place: Place | None = None
    mode_is_number: bool = False
    mode_is_decimal: bool = False
    owner: str | None = None
    owner_place: Place | None = None
    append: Place | None = None
    deferred: bool = False
    problem: tuple[Place, str] | None = None
    content_place: Place | None = None
    content_length: int | None = None
    encoded: bool = False
    plain: str | None = None
    secret: tuple[str, Place] | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a carrier runs on a node, as one line of text; ``early`` before any file is written."""

    text: str
    place: Place
    early: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything that one carrier puts on a node, and what it runs there.

    ``templated`` names who renders plain contents as a template on their way, None where nobody does.
    ``most_characters`` bounds one content. ``users`` are accounts that it makes itself, after the files.
    """

    carrier: str
    place: Place
    files: tuple[DeliveredFile, ...] = ()
    commands: tuple[Command, ...] = ()
    covered: tuple[str, ...] = ()
    templated: str | None = None
    most_characters: int | None = None
    users: tuple[str, ...] = ()

    def file(self, path: str) -> DeliveredFile | None:
        """The file that ends up at a path: the last one written there."""
        wanted = posixpath.normpath(path)
        return next((file for file in reversed(self.files) if posixpath.normpath(file.path) == wanted), None)

    def provides(self, path: str) -> bool:
        """Whether the path is, or may be, there: delivered, covered by a mount, or named by a command."""
        if self.file(path) is not None or any(is_under(path, posixpath.normpath(folder)) for folder in self.covered):
            return True
        return any(path in command.text or posixpath.dirname(path) in command.text for command in self.commands)


@dataclass(frozen=True, slots=True)
class ApiServer:
    """One kube-apiserver as one carrier declares it.

    ``partial``: the carrier only adds to flags and mounts that are given elsewhere. ``by_kubeadm``: kubeadm adds its
    own volumes. ``delivery`` None where it is unknown what lies on the host.
    """

    place: Place
    carrier: str
    version: KubernetesVersion | None = None
    version_place: Place | None = None
    flags: tuple[GivenFlag, ...] = ()
    volumes: tuple[Volume, ...] = ()
    mounts: tuple[MountPoint, ...] = ()
    partial: bool = False
    by_kubeadm: bool = False
    rootless: Place | None = None
    misshapen: tuple[Misshapen, ...] = ()
    unknown_fields: tuple[UnknownField, ...] = ()
    delivery: Delivery | None = None
    path: str = ""
    """The path on the node of the file that holds it, "" where it is not delivered."""

    @property
    def minor(self) -> int | None:
        """The minor of Kubernetes, where it is known."""
        return self.version.minor if self.version else None

    def flag(self, name: str) -> GivenFlag | None:
        """The flag that counts: the last of this name."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)

    def value(self, name: str) -> str | None:
        """The value that counts, None where the flag is not given or its value not known."""
        flag = self.flag(name)
        return flag.value if flag else None

    def means(self, name: str) -> bool:
        """Whether the flag is given, or one that is not known and whose near name it is."""
        return any(flag.name == name or intended(flag.name) == name for flag in self.flags)

    @property
    def audits(self) -> bool:
        """Whether any audit flag is given, right or wrong."""
        return any(is_audit_flag(flag.name) for flag in self.flags)

    def mount_of(self, path: str) -> MountPoint | None:
        """The innermost mount on which a path inside the container lies."""
        covering = [mount for mount in self.mounts if mount.covers(posixpath.normpath(path))]
        return max(covering, key=lambda mount: len(posixpath.normpath(mount.path)), default=None)

    def may_be_mounted(self, path: str) -> bool:
        """Whether a path may be in the container although no mount given here brings it."""
        return self.partial or (self.by_kubeadm and mounted_by_kubeadm(posixpath.normpath(path)))

    def log_path(self) -> str | None:
        """The absolute path of the log file; None where there is none, or it is stdout, relative, or unknown."""
        path = self.value("audit-log-path")
        return posixpath.normpath(path) if path and path.startswith("/") else None

    def policy_path(self) -> str | None:
        """The absolute path of the policy inside the container, None where there is none or it is unknown."""
        path = self.value("audit-policy-file")
        return posixpath.normpath(path) if path and path.startswith("/") else None

    def has_log(self) -> bool:
        """Whether the log backend is on."""
        flag = self.flag("audit-log-path")
        return flag is not None and (flag.filled_in or bool(flag.value))

    def has_webhook(self) -> bool:
        """Whether the webhook backend is on."""
        flag = self.flag("audit-webhook-config-file")
        return flag is not None and (flag.filled_in or bool(flag.value))


def intended(name: str) -> str | None:
    """The audit flag that a wrong name was most likely meant to be."""
    word = (name.split() or [""])[0].strip("-").replace("_", "-").lower()
    if word in BY_NAME:
        return word
    return near(word, BY_NAME) if word.startswith("audit") else None


def is_audit_flag(name: str) -> bool:
    """Whether a name is that of an audit flag, perhaps misspelt."""
    return name.lstrip("-").lower().startswith(("audit-", "audit_"))


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A text that kube-apiserver would read as its policy, and the minor by which it is judged (None: unknown)."""

    text: Text
    minor: int | None = None
    node_path: str | None = None


@dataclass(frozen=True, slots=True)
class KubeadmDocument:
    """A document of the group kubeadm.k8s.io and the API version it claims; a patch of kind's may claim none."""

    kind: str
    api: str
    place: Place
    version: KubernetesVersion | None = None


@dataclass(frozen=True, slots=True)
class KindPatch:
    """A ``kubeadmConfigPatches`` entry of kind for the ClusterConfiguration; ``api`` "" where it is not pinned.

    ``args_are_a_list`` None where it has no extraArgs.
    """

    api: str
    place: Place
    args_are_a_list: bool | None
    args_place: Place | None
    minor: int | None


@dataclass(frozen=True, slots=True, eq=False)
class StaticPod:
    """A Pod manifest with kube-apiserver in it."""

    text: Text
    root: Mapping
    minor: int | None


@dataclass(frozen=True, slots=True)
class CloudConfig:
    """cloud-init user-data as a whole: its text, and top-level keys that stand there twice (name, first, second)."""

    text: Text
    repeated: tuple[tuple[str, Place, Place], ...] = ()
    header_problem: tuple[Place, str] | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that is meant for one of the carriers and is not YAML."""

    place: Place
    kind: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Webhook:
    """A kubeconfig for the webhook backend."""

    text: Text
    root: Node


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory of static Pods: name of the file, namespace/name of the Pod, its place."""

    path: str
    pods: tuple[tuple[str, str, Place], ...]


@dataclass(slots=True)
class Findable:
    """What one file, or a document embedded in it, holds. Filled by readers, one list for each kind of subject."""

    servers: list[ApiServer] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    policies: list[PolicyDocument] = field(default_factory=list)
    kubeadm: list[KubeadmDocument] = field(default_factory=list)
    kind_patches: list[KindPatch] = field(default_factory=list)
    pods: list[StaticPod] = field(default_factory=list)
    cloud_configs: list[CloudConfig] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)
    named_pods: list[tuple[str, Place]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def own_subjects(self) -> Iterator[object]:
        """What can be judged by this file alone."""
        parts = (self.deliveries, self.kubeadm, self.kind_patches, self.pods, self.cloud_configs, self.broken)
        for part in parts:
            yield from part

    def settle(self) -> None:
        """Let go of what only its own subjects need: the nodes of a thousand files are a hundred megabytes."""
        self.pods.clear()
        self.cloud_configs.clear()
