"""``auditstrap schema``."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from auditstrap.cli.console import Console
from auditstrap.reporters.schema import json_schema as findings_schema
from auditstrap.spec.schema import json_schema

app = typer.Typer(add_completion=False)


class Subject(StrEnum):
    """What has a schema."""

    SPEC = "spec"
    FINDINGS = "findings"


SCHEMAS = {Subject.SPEC: json_schema, Subject.FINDINGS: findings_schema}


@app.command()
def schema(subject: Annotated[Subject, typer.Argument(help="What to describe.")] = Subject.SPEC) -> None:
    """Print a JSON Schema, for editors and for checks before a commit."""
    Console.stdout().stream.write(json.dumps(SCHEMAS[subject](), indent=2) + "\n")
