"""``auditstrap preset``."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from auditstrap.cli.console import Console, Failure
from auditstrap.kubernetes.versions import NEWEST_MINOR, parse_version
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
    *,
    promises: Annotated[bool, typer.Option("--promises", help="Print each promise with its proof instead.")] = False,
    kubernetes_version: Annotated[
        str, typer.Option(metavar="VERSION", help="The version that promises are proved for: 1.37, v1.37.2.")
    ] = f"1.{NEWEST_MINOR}",
    layout: Annotated[
        Layout, typer.Option("--format", help="How promises are printed: lines for people, or JSON.")
    ] = Layout.TEXT,
) -> None:
    """Print a built-in policy as YAML, or what it promises."""
    try:
        preset, minor = presets.get(name), parse_version(kubernetes_version).minor
    except ValueError as error:
        raise Failure(str(error)) from None
    if not promises:
        Console.stdout().stream.write(presets.text(preset))
        return
    from auditstrap.cli.promises import proved, say  # noqa: PLC0415 - the analysis is not needed for the policy itself

    found = proved(preset, minor)
    if layout is Layout.JSON:
        Console.stdout().say(json.dumps([entry.as_json() for entry in found], indent=2, ensure_ascii=False))
    else:
        say(Console.stdout(), found, minor)
