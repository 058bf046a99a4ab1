"""``auditstrap preset``."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from auditstrap.cli.console import Console, Failure
from auditstrap.policy import presets

app = typer.Typer(help="The built-in policies.", no_args_is_help=True, add_completion=False)


class Layout(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


def complete_preset(incomplete: str) -> list[str]:
    """Names of presets for a shell's completion."""
    return [name for name in presets.names() if name.startswith(incomplete)]


@app.command("list")
def list_presets(
    layout: Annotated[Layout, typer.Option("--format", help="Lines for people, or JSON.")] = Layout.TEXT,
) -> None:
    """List the built-in policies by their versioned names."""
    known = [(name, presets.get(name).summary) for name in presets.names()]
    if layout is Layout.JSON:
        rows = [{"name": name, "summary": summary} for name, summary in known]
        Console.stdout().say(json.dumps(rows, indent=2))
        return
    width = max(len(name) for name, _ in known)
    for name, summary in known:
        Console.stdout().say(f"{name:<{width}}  {summary}")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=complete_preset, help="Such as baseline@1.")],
) -> None:
    """Print a built-in policy as YAML; its comments say what it promises."""
    try:
        text = presets.text(presets.get(name))
    except ValueError as error:
        raise Failure(str(error)) from None
    Console.stdout().stream.write(text)
