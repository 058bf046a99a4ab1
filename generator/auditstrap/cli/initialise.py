"""``auditstrap init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditstrap.cli.console import Console, Failure
from auditstrap.cli.files import SPEC_NAME, Folder
from auditstrap.resources import template_root
from auditstrap.setup import Artifact

app = typer.Typer(add_completion=False)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write it.")] = Path(),
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a commented auditstrap.yaml to start from."""
    path = folder / SPEC_NAME
    if path.exists() and not force:
        raise Failure(f"{path} is there already; edit it, or use --force to start over")
    content = template_root().joinpath("spec", SPEC_NAME).read_bytes()
    Folder(folder, force=True).write([Artifact(SPEC_NAME, content)])
    Console.stderr().say(f"wrote {path}; next: auditstrap render {path} -o audit")
