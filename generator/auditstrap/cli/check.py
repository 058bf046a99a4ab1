"""``auditstrap check``."""

from __future__ import annotations

import gc
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Final

import typer

from auditstrap.checking import Options
from auditstrap.checking import check as check_texts
from auditstrap.cli.console import Console, Failure
from auditstrap.cli.inputs import Inputs, collect
from auditstrap.findings import Report, Severity, Skipped
from auditstrap.problems import unknown
from auditstrap.reporters import BY_NAME
from auditstrap.rules import BY_ID

app = typer.Typer(add_completion=False)

FOUND: Final = 1
NOTHING_RECOGNISED: Final = 3
DEFECT: Final = 70


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"


@app.command()
def check(  # noqa: PLR0913 - the options of a command
    paths: Annotated[list[str], typer.Argument(help="Files and folders that belong together; - reads stdin.")],
    *,
    output: Annotated[Format, typer.Option("--format", help="How the report is written.")] = Format.TEXT,
    kubernetes_version: Annotated[
        str | None, typer.Option(help="Judge by this version, such as 1.37, whatever the files say.")
    ] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only these rules.", metavar="ID")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules.", metavar="ID")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on hygiene too.")] = False,
    pedantic: Annotated[bool, typer.Option("--pedantic", help="Also what only could be simpler.")] = False,
) -> None:
    """Find everything that would stop, hide or leak the audit log."""
    options = Options(
        kubernetes=kubernetes_version,
        select=_rules(select) if select else None,
        ignore=_rules(ignore or []),
        pedantic=pedantic,
    )
    inputs = collect(paths)
    report = _report(inputs, options)
    console = Console.stdout()
    for line in BY_NAME[output].lines(report, inputs.texts.get, colour=console.colour):
        console.stream.write(line + "\n")
    for defect in report.defects:
        Console.stderr().say(
            f"internal error: {defect}\nThis is a defect of auditstrap. Please report it with the input."
        )
    if status := _status(report, strict=strict):
        raise typer.Exit(status)


def _rules(given: list[str]) -> frozenset[str]:
    names = [name.strip() for one in given for name in one.split(",") if name.strip()]
    wrong = [name for name in names if name not in BY_ID]
    if wrong:
        raise Failure(*(unknown("rule", name, BY_ID) for name in wrong))
    return frozenset(names)


def _report(inputs: Inputs, options: Options) -> Report:
    gc.disable()  # nothing here is a cycle, and looking for some takes half of the time
    try:
        report = check_texts(inputs.texts.items(), options)
    except ValueError as error:
        raise Failure(str(error)) from None
    passed_over = (Skipped(path, why) for path, why in inputs.skipped.items())
    return replace(report, skipped=tuple(sorted([*report.skipped, *passed_over])))


def _status(report: Report, *, strict: bool) -> int:
    worst = report.worst()
    if report.defects:
        return DEFECT
    if worst is not None and (strict or worst.at_least(Severity.LOSS)):
        return FOUND
    return 0 if report.examined else NOTHING_RECOGNISED
