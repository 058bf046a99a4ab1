"""Benchmarks by name: what they require, and the ids of their controls.

Sources: the CIS Kubernetes Benchmark 1.8 to 1.12, the DISA Kubernetes STIG V2R6, the NSA/CISA hardening guidance 1.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditstrap.rules.support.rule import Thresholds

_LOG: Final = (
    "no-audit", "no-backend", "log-not-on-host", "log-to-stdout", "log-path-relative", "log-mount-read-only",
    "log-file-mounted", "log-mount-type",
)  # fmt: skip
_POLICY: Final = (
    "no-audit", "no-policy", "policy-not-mounted", "policy-file-missing", "policy-syntax", "policy-api-version",
    "policy-not-first", "policy-empty", "policy-invalid", "policy-records-nothing", "policy-mount-type",
)  # fmt: skip
_BODIES: Final = ("policy-secret-body", "policy-configmap-body", "policy-token-body")
_COVERAGE: Final = (*_BODIES, "policy-exec-unrecorded", "policy-write-unrecorded", "policy-secret-read-unrecorded")


@dataclass(frozen=True, slots=True)
class Profile:
    """One benchmark: ``controls`` are the ids by rule, ``ignored`` the rules that it contradicts, ``note`` says so."""

    name: str
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    ignored: tuple[str, ...] = ()
    note: str = ""


def _controls(name: str, rules: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The ids by rule, from the rules by id."""
    found: dict[str, tuple[str, ...]] = {}
    for control, ids in rules.items():
        for rule in ids:
            found[rule] = (*found.get(rule, ()), f"{name}:{control}")
    return found


def _cis(version: str, first: int) -> Profile:
    """``first`` is the number of the control for the log's path; age, backups and size follow it."""
    name = f"cis-{version}"
    rules = {
        f"1.2.{first}": _LOG,
        f"1.2.{first + 1}": ("log-maxage",),
        f"1.2.{first + 2}": ("log-maxbackup",),
        f"1.2.{first + 3}": ("log-maxsize",),
        "3.2.1": _POLICY,
        "3.2.2": _COVERAGE,
    }
    return Profile(name, _controls(name, rules))


_STIG: Final = {
    "V-242402": _LOG,
    "V-242461": _POLICY,
    "V-242462": ("log-maxsize",),
    "V-242463": ("log-maxbackup",),
    "V-242464": ("log-maxage",),
    "V-242465": ("no-audit", "no-backend", "log-not-on-host", "log-to-stdout"),
}
_STIG_NOTE: Final = (
    "stig-v2r6 demands RequestResponse for everything (V-242403), so rules about bodies are off: "
    "Secrets and tokens are then written to the log"
)

PROFILES: Final[tuple[Profile, ...]] = (
    Profile("default"),
    _cis("1.8", 17),
    *(_cis(version, 16) for version in ("1.9", "1.10", "1.11", "1.12")),
    Profile("stig-v2r6", _controls("stig-v2r6", _STIG), ignored=_BODIES, note=_STIG_NOTE),
    Profile("nsa", _controls("nsa", {"audit-logging": tuple(dict.fromkeys((*_LOG, *_POLICY, "policy-secret-body")))})),
)
BY_NAME: Final = {profile.name: profile for profile in PROFILES}
