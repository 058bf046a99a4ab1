"""The built-in policies. A released one never changes: what it becomes is its next version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from auditstrap.problems import unknown
from auditstrap.resources import template_root


@dataclass(frozen=True, slots=True)
class Preset:
    """A policy by name and version, and what it is for in one line."""

    name: str
    version: int
    summary: str

    def __str__(self) -> str:
        """As a spec names it: ``baseline@1``."""
        return f"{self.name}@{self.version}"


PRESETS: Final = (
    Preset("baseline", 1, "changes, shells and reads of Secrets, no credential in a body, little noise"),
    Preset("metadata", 1, "every request but health probes, never a body"),
    Preset("writes", 1, "a change log: who changed what, and who got into a container; no reads"),
    Preset("cis", 1, "item 3.2.2 of the CIS Kubernetes Benchmark, bullet by bullet"),
    Preset("nsa", 1, "the example of the NSA and CISA guidance: all of everything but Secrets"),
    Preset("stig", 1, "V-242403 of the DISA STIG: all of everything, credentials included"),
    Preset("gce", 1, "the policy of Kubernetes' scripts for Google Compute Engine, decision by decision"),
    Preset("daocloud", 1, "the policy of DaoCloud's guide, decision by decision"),
)


def names() -> tuple[str, ...]:
    """The versioned names, the default first."""
    return tuple(str(preset) for preset in PRESETS)


def get(name: str) -> Preset:
    """The preset of a versioned name. Raises ValueError, a sentence, for any other."""
    for preset in PRESETS:
        if str(preset) == name:
            return preset
    raise ValueError(unknown("preset", name, names()))


@cache
def text(preset: Preset) -> str:
    """The policy as YAML, with its comments."""
    return template_root().joinpath("presets", f"{preset}.yaml").read_text(encoding="utf-8")
