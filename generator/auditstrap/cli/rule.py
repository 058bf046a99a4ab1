"""``auditstrap rule``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from auditstrap.cli.console import Console, Failure
from auditstrap.problems import unknown
from auditstrap.rules import BY_ID, RULES
from auditstrap.rules.support.rule import Rule

app = typer.Typer(add_completion=False)


class Format(StrEnum):
    """How a rule is shown."""

    TEXT = "text"
    JSON = "json"


@app.command()
def rule(
    rule_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="The rule; without one all are listed.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How it is shown.")] = Format.TEXT,
) -> None:
    """Show what a rule means: what it finds, why that matters, a wrong and a right example."""
    if rule_id is not None and rule_id not in BY_ID:
        raise Failure(unknown("rule", rule_id, BY_ID))
    shown = [BY_ID[rule_id]] if rule_id else list(RULES)
    console = Console.stdout()
    if output is Format.JSON:
        pages = [_document(one) for one in shown]
        console.stream.write(json.dumps(pages[0] if rule_id else pages, indent=2) + "\n")
        return
    for line in _page(shown[0]) if rule_id else _list(shown):
        console.say(line)


def _list(rules: list[Rule[Any]]) -> Iterator[str]:
    width = max(len(one.id) for one in rules)
    for one in rules:
        yield f"{one.id:<{width}}  {_severities(one)}: {one.what}"


def _page(one: Rule[Any]) -> Iterator[str]:
    yield from (f"{one.id} ({_severities(one)})", "", one.what, "", f"Why: {one.why}", "")
    yield from ("Wrong:", *_example(one.wrong), "", "Right:", *_example(one.right))
    if one.sources:
        yield from ("", "Sources:", *(f"  {source}" for source in one.sources))


def _severities(one: Rule[Any]) -> str:
    return ", ".join(map(str, one.severities))


def _example(example: str | dict[str, str]) -> Iterator[str]:
    for path, text in _files(example).items():
        if path:
            yield f"  {path}:"
        yield from (f"    {line}" for line in text.splitlines())


def _files(example: str | dict[str, str]) -> dict[str, str]:
    return example if isinstance(example, dict) else {"": example}


def _document(one: Rule[Any]) -> dict[str, Any]:
    return {
        "id": one.id,
        "severities": [str(severity) for severity in one.severities],
        "what": one.what,
        "why": one.why,
        "wrong": one.wrong,
        "right": one.right,
        "sources": list(one.sources),
    }
