"""Audit policies as kube-apiserver reads them and decides by them, and what they do with all requests."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from auditstrap.policy.evaluate import Decision, evaluate
from auditstrap.policy.load import load, load_node
from auditstrap.policy.model import Dropped, GroupResources, Policy, PolicyError, Rule
from auditstrap.policy.request import Request
from auditstrap.policy.request_target import RequestError

if TYPE_CHECKING:
    from auditstrap.policy.analysis import Analysis, analyse
    from auditstrap.policy.differences import Difference, TooDifferent, diff

__all__ = [
    "Analysis",
    "Decision",
    "Difference",
    "Dropped",
    "GroupResources",
    "Policy",
    "PolicyError",
    "Request",
    "RequestError",
    "Rule",
    "TooDifferent",
    "analyse",
    "diff",
    "evaluate",
    "load",
    "load_node",
]

_HOMES: Final = {
    "Analysis": "analysis",
    "analyse": "analysis",
    "Difference": "differences",
    "TooDifferent": "differences",
    "diff": "differences",
}


def __getattr__(name: str) -> object:
    """Import what works on all requests when it is first used: rendering needs none of it."""
    if name in _HOMES:
        return getattr(import_module(f"auditstrap.policy.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'auditstrap.policy' has no attribute {name!r}")
