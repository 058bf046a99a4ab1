"""An audit policy as kube-apiserver holds it after loading.

Source: ``staging/src/k8s.io/apiserver/pkg/apis/audit/types.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from auditstrap.source import Span

Level = Literal["None", "Metadata", "Request", "RequestResponse"]
LEVELS: Final[tuple[Level, ...]] = ("None", "Metadata", "Request", "RequestResponse")
"""From the least that is written to the most."""

STAGES: Final = ("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic")


@dataclass(frozen=True, slots=True)
class GroupResources:
    """Resources of one API group; no resources are all of them. Names are plain strings, never patterns."""

    group: str = ""
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; an empty tuple does not restrict. ``span`` is where it stands, None in a rule made by hand."""

    level: str
    users: tuple[str, ...] = ()
    user_groups: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    resources: tuple[GroupResources, ...] = ()
    namespaces: tuple[str, ...] = ()
    non_resource_urls: tuple[str, ...] = ()
    omit_stages: tuple[str, ...] = ()
    omit_managed_fields: bool | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A key of a policy that counts for nothing.

    ``path`` is as in ``rules[0].user``, ``span`` that of the key. A repeated key stands again, and counts, at ``by``.
    """

    kind: Literal["unknown", "repeated"]
    name: str
    path: str
    span: Span
    by: Span | None = None


@dataclass(frozen=True)
class Policy:
    """A loaded policy: the rules in their order, the first that matches decides.

    ``warnings`` are what kube-apiserver logs while it loads it, ``dropped`` the keys that it warns of (and those that
    kube-apiserver before 1.26 drops in silence).
    """

    rules: tuple[Rule, ...]
    omit_stages: tuple[str, ...] = ()
    omit_managed_fields: bool = False
    warnings: tuple[str, ...] = field(default=(), compare=False)
    dropped: tuple[Dropped, ...] = field(default=(), compare=False)
    _compiled: dict[str, Callable[..., Any]] = field(default_factory=dict, init=False, repr=False, compare=False)


class PolicyError(ValueError):
    """A policy with which kube-apiserver would not start; ``str()`` is its own text.

    ``warnings`` are what it logs before, ``span`` is where the mistake stands, if one place is known.
    """

    def __init__(self, message: str, *, warnings: tuple[str, ...] = (), span: Span | None = None) -> None:
        super().__init__(message)
        self.warnings = warnings
        self.span = span
