"""Audit policies as kube-apiserver reads them and decides by them."""

from auditstrap.policy.evaluate import Decision, evaluate
from auditstrap.policy.load import load
from auditstrap.policy.model import GroupResources, Policy, PolicyError, Rule
from auditstrap.policy.request import Request

__all__ = ["Decision", "GroupResources", "Policy", "PolicyError", "Request", "Rule", "evaluate", "load"]
