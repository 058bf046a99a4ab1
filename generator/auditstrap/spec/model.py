"""What one AuditBootstrap document says, read and complete with defaults, before anything is planned from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditstrap.fields import UserFile
from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.problems import Problem
from auditstrap.setup import AuditSetup
from auditstrap.source import Mapping, Scalar, Sequence

FlagValue = str | int | float | bool
FlagValues = dict[str, FlagValue]
"""Values of kube-apiserver flags by their names, as the spec's own types."""


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Where the policy comes from: exactly one of the three, and rules to put around its own."""

    preset: str | None = None
    file: UserFile | None = None
    inline: Scalar | Mapping | None = None
    before: Sequence | None = None
    after: Sequence | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """The remote backend: its server's URL, paths of certificates on the node, and the flags."""

    server: str
    certificate_authority: str | None
    client_certificate: str | None
    client_key: str | None
    flags: FlagValues

    def certificates(self) -> dict[str, str]:
        """The paths that are given, by what they are."""
        paths = {
            "ca": self.certificate_authority,
            "client-certificate": self.client_certificate,
            "client-key": self.client_key,
        }
        return {name: path for name, path in paths.items() if path is not None}


@dataclass(frozen=True, slots=True)
class Node:
    """Where things are on a control-plane node; ``owner`` (``user:group``) is of the log and its directory."""

    policy_path: str
    webhook_config_path: str | None
    log_directory: str | None
    log_mode: str
    owner: str
    hash_policy_name: bool


@dataclass(frozen=True, slots=True)
class Output:
    """One format to render, and the options of that format's own type."""

    format: str
    options: object


@dataclass(frozen=True, slots=True)
class Settings:
    """The field ``spec``; ``log`` is None where no log is written, ``outputs`` where the spec names none."""

    enabled: bool
    kubernetes: KubernetesVersion
    policy: PolicySource
    log: FlagValues | None
    webhook: Webhook | None
    node: Node
    outputs: tuple[Output, ...] | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster of a spec: its name (None where the spec gives none), what its nodes need, what is rendered.

    ``notes`` are sentences for the person who reads the artifacts, ``warnings`` places of the spec that do less, or
    more, than they look like.
    """

    name: str | None
    setup: AuditSetup
    outputs: tuple[Output, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Spec:
    """A file of AuditBootstrap documents; several are a fleet, each with a name of its own."""

    clusters: tuple[Cluster, ...]
