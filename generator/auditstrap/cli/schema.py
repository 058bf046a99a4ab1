"""``auditstrap schema``."""

from __future__ import annotations

import json
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Final

import typer

from auditstrap.cli.console import Console

app = typer.Typer(add_completion=False)


class Subject(StrEnum):
    """What has a schema."""

    SPEC = "spec"
    POLICY = "policy"
    TESTS = "tests"
    FINDINGS = "findings"


HOMES: Final = {
    Subject.SPEC: "auditstrap.spec.schema",
    Subject.POLICY: "auditstrap.policy.schema",
    Subject.TESTS: "auditstrap.policy.policy_tests",
    Subject.FINDINGS: "auditstrap.reporters.schema",
}
"""Each subject's module, whose ``json_schema`` it is."""


@app.command()
def schema(subject: Annotated[Subject, typer.Argument(help="What to describe.")] = Subject.SPEC) -> None:
    """Print a JSON Schema, for editors and for checks before a commit."""
    Console.stdout().stream.write(json.dumps(import_module(HOMES[subject]).json_schema(), indent=2) + "\n")
