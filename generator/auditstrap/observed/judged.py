"""A policy that kube-apiserver loads, with everything that is known of it and the places to point at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from auditstrap.embedded import Place, Text
from auditstrap.policy import Analysis, Policy, Rule, analyse
from auditstrap.source import Mapping, Node, Sequence


@dataclass(frozen=True, eq=False)
class JudgedPolicy:
    """``root`` is the document in ``text`` that was loaded; it is judged as Kubernetes 1.``minor`` does."""

    text: Text
    root: Mapping
    policy: Policy
    minor: int

    @cached_property
    def analysis(self) -> Analysis:
        """What it does with all requests."""
        return analyse(self.policy, f"1.{self.minor}")

    def rules(self) -> tuple[tuple[int, Rule], ...]:
        """Its rules, counted from 0 as kube-apiserver's messages count them."""
        return tuple(enumerate(self.policy.rules))

    def rule_place(self, rule: int) -> Place:
        """Where a rule begins."""
        return self.place("rules", rule)

    def place(self, *path: str | int) -> Place:
        """Where a value stands, or the nearest around it: ``place("rules", 3, "verbs", 0)``."""
        node: Node = self.root
        for step in path:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return self.text.at(node)


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(step, str):
        return node.get(step) if isinstance(node, Mapping) else None
    return node.items[step] if isinstance(node, Sequence) and step < len(node.items) else None
