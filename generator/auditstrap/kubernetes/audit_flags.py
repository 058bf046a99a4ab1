"""The audit flags of kube-apiserver: names, types, defaults, history and what validation accepts.

Source: ``staging/src/k8s.io/apiserver/pkg/server/options/audit.go``, compared over the release branches 1.7 to 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

FlagType = Literal["string", "int", "int64", "float32", "bool", "duration"]
Backend = Literal["log", "webhook"]


@dataclass(frozen=True, slots=True)
class AuditFlag:
    """One flag.

    ``defaults`` are (first minor, default as text) in rising order. ``least`` is the smallest number that validation
    accepts, ``choices`` the only strings. ``since`` is the first minor that has it, ``removed`` the first without.
    ``backend`` is whose options it sets: they are validated only where that backend is on.
    """

    name: str
    type: FlagType
    defaults: tuple[tuple[int, str], ...]
    since: int
    backend: Backend | None = None
    least: int | None = None
    choices: tuple[str, ...] = ()
    removed: int | None = None
    deprecated: int | None = None

    def default(self, minor: int) -> str:
        """The default in Kubernetes 1.``minor``, as text."""
        return next(text for first, text in reversed(self.defaults) if first <= minor)

    def exists_in(self, minor: int) -> bool:
        """Whether the kube-apiserver of 1.``minor`` knows the flag."""
        return self.since <= minor and (self.removed is None or minor < self.removed)


MODES: Final = ("batch", "blocking", "blocking-strict")
FORMATS: Final = ("json", "legacy")
GROUP_VERSION: Final = "audit.k8s.io/v1"
ROTATION_DEFAULTS_CHANGED: Final = 36
"""The minor that gave the log's rotation flags defaults; before it 0 meant no bound (and 100 MiB for maxsize)."""


def _always(text: str) -> tuple[tuple[int, str], ...]:
    return ((0, text),)


def _rotation(name: str, default: str) -> AuditFlag:
    history = ((0, "0"), (ROTATION_DEFAULTS_CHANGED, default))
    return AuditFlag(f"audit-log-{name}", "int", history, since=0, backend="log", least=0)


def _batch(
    backend: Backend, *, size: str, wait: str, throttle: tuple[str, str, str], since: int
) -> tuple[AuditFlag, ...]:
    enabled, qps, burst = throttle
    prefix = f"audit-{backend}-batch"
    return (
        AuditFlag(f"{prefix}-buffer-size", "int", _always("10000"), since, backend, least=1),
        AuditFlag(f"{prefix}-max-size", "int", _always(size), since, backend, least=1),
        AuditFlag(f"{prefix}-max-wait", "duration", _always(wait), since, backend),
        AuditFlag(f"{prefix}-throttle-enable", "bool", _always(enabled), 10, backend),
        AuditFlag(f"{prefix}-throttle-qps", "float32", _always(qps), since, backend),
        AuditFlag(f"{prefix}-throttle-burst", "int", _always(burst), since, backend),
    )


def _truncate(backend: Backend) -> tuple[AuditFlag, ...]:
    prefix = f"audit-{backend}-truncate"
    return (
        AuditFlag(f"{prefix}-enabled", "bool", _always("false"), 11, backend),
        AuditFlag(f"{prefix}-max-batch-size", "int64", _always("10485760"), 11, backend, least=1),
        AuditFlag(f"{prefix}-max-event-size", "int64", _always("102400"), 11, backend, least=1),
    )


AUDIT_FLAGS: Final[tuple[AuditFlag, ...]] = (
    AuditFlag("audit-policy-file", "string", _always(""), since=7),
    AuditFlag("audit-log-path", "string", _always(""), since=0, backend="log"),
    _rotation("maxage", "366"),
    _rotation("maxbackup", "100"),
    _rotation("maxsize", "100"),
    AuditFlag("audit-log-compress", "bool", _always("false"), since=20, backend="log"),
    AuditFlag("audit-log-format", "string", _always("json"), since=8, backend="log", choices=FORMATS),
    AuditFlag("audit-log-version", "string", _always(GROUP_VERSION), since=11, backend="log", choices=(GROUP_VERSION,)),
    AuditFlag("audit-log-mode", "string", _always("blocking"), since=10, backend="log", choices=MODES),
    *_batch("log", size="1", wait="0s", throttle=("false", "0", "0"), since=10),
    *_truncate("log"),
    AuditFlag("audit-webhook-config-file", "string", _always(""), since=7, backend="webhook"),
    AuditFlag(
        "audit-webhook-version", "string", _always(GROUP_VERSION), since=11, backend="webhook", choices=(GROUP_VERSION,)
    ),
    AuditFlag("audit-webhook-mode", "string", _always("batch"), since=7, backend="webhook", choices=MODES),
    AuditFlag("audit-webhook-initial-backoff", "duration", _always("10s"), since=10, backend="webhook"),
    AuditFlag(
        "audit-webhook-batch-initial-backoff", "duration", _always("10s"), since=9, backend="webhook", deprecated=10
    ),
    *_batch("webhook", size="400", wait="30s", throttle=("true", "10", "15"), since=9),
    *_truncate("webhook"),
    AuditFlag("audit-dynamic-configuration", "bool", _always("false"), since=13, removed=19),
)
"""Every audit flag that any release since 1.7 has had, with the defaults that it has had since 1.25 or at its end."""

BY_NAME: Final = {flag.name: flag for flag in AUDIT_FLAGS}


def flags_of(minor: int) -> tuple[AuditFlag, ...]:
    """The flags that the kube-apiserver of Kubernetes 1.``minor`` has."""
    return tuple(flag for flag in AUDIT_FLAGS if flag.exists_in(minor))
