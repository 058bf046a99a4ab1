"""``auditstrap policy validate``."""

from __future__ import annotations

import json

import typer

from auditstrap.cli.console import Console
from auditstrap.cli.policies import INVALID, GivenPolicy, given_policy, minor_of
from auditstrap.cli.preset import Layout
from auditstrap.policy import PolicyError
from auditstrap.problems import Problem


def run(argument: str, version: str, layout: Layout) -> None:
    """Print the verdict; exit 1 where kube-apiserver would not start."""
    minor, given = minor_of(version), given_policy(argument)
    try:
        error, warnings = None, given.load(minor).warnings
    except PolicyError as refusal:
        error, warnings = refusal, refusal.warnings
    if layout is Layout.JSON:
        verdict = {"ok": error is None, "error": str(error) if error else None, "warnings": list(warnings)}
        Console.stdout().say(json.dumps(verdict, indent=2, ensure_ascii=False))
    else:
        _say(given, minor, error, warnings)
    raise typer.Exit(INVALID if error else 0)


def _say(given: GivenPolicy, minor: int, error: PolicyError | None, warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        Console.stderr().warning(Problem(given.name, None, warning))
    if error:
        Console.stderr().error(Problem(given.name, error.span, str(error)), given.text())
    else:
        Console.stdout().say(f"{given.name}: kube-apiserver 1.{minor} starts with this policy")
