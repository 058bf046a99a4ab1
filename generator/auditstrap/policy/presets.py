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
