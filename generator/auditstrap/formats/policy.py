"""The audit policy as a file of its own, the same bytes as on the node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from auditstrap.fields import Object
from auditstrap.setup import Artifact, AuditSetup, Observed

NAME: Final = "policy"
ARTIFACT: Final = "audit-policy.yaml"
TRANSPORTS: Final[frozenset[str]] = frozenset()
"""Nothing of a setup: the file does not say where on a node it belongs."""


@dataclass(frozen=True, slots=True)
class Options:
    """There is nothing to choose."""


OPTIONS: Final = Object(Options, ())


def render(setup: AuditSetup, options: Options, notes: tuple[str, ...] = ()) -> tuple[Artifact, ...]:  # noqa: ARG001
    """``audit-policy.yaml``, or nothing where auditing is off."""
    path = next((flag.value for flag in setup.flags if flag.name == "audit-policy-file"), None)
    return tuple(Artifact(ARTIFACT, file.content or b"") for file in setup.files if file.path == path)


def read(text: str) -> Observed:  # noqa: ARG001 - the interface of a format
    """Everything is unknown: a policy does not say how it is used."""
    return Observed()
