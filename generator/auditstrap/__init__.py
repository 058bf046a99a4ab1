"""auditstrap makes a new Kubernetes cluster start with API auditing on.

``render(load_spec(text))`` gives the artifacts of a spec, ``check(sources)`` what is wrong in existing files.
Everything here is pure: values in, values out, no files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from auditstrap.checking import check
    from auditstrap.findings import Finding, Report, Severity
    from auditstrap.problems import InputError, Problem
    from auditstrap.rendering import render
    from auditstrap.setup import Artifact, AuditSetup
    from auditstrap.spec.load import load_spec
    from auditstrap.spec.model import Cluster, Spec
    from auditstrap.version import __version__

__all__ = [
    "Artifact",
    "AuditSetup",
    "Cluster",
    "Finding",
    "InputError",
    "Problem",
    "Report",
    "Severity",
    "Spec",
    "__version__",
    "check",
    "load_spec",
    "render",
]

_HOMES: Final = {
    "Artifact": "setup",
    "AuditSetup": "setup",
    "Cluster": "spec.model",
    "Finding": "findings",
    "InputError": "problems",
    "Problem": "problems",
    "Report": "findings",
    "Severity": "findings",
    "Spec": "spec.model",
    "__version__": "version",
    "check": "checking",
    "load_spec": "spec.load",
    "render": "rendering",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: ``auditstrap --version`` needs none of them."""
    if name in _HOMES:
        return getattr(import_module(f"auditstrap.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'auditstrap' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
