"""``auditstrap check``."""

from __future__ import annotations

import os
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from auditstrap import baseline as baselines
from auditstrap.checking import Options
from auditstrap.checking import check as check_texts
from auditstrap.cli import changes
from auditstrap.cli.console import Console, Failure
from auditstrap.cli.inputs import Inputs, collect
from auditstrap.cli.settings import settings
from auditstrap.findings import Report, Severity, Skipped
from auditstrap.fixing import fixed
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
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


@app.command()
def check(  # noqa: PLR0913 - the options of a command
    paths: Annotated[list[str], typer.Argument(help="Files and folders that belong together; - reads stdin.")],
    *,
    output: Annotated[
        Format | None, typer.Option("--format", help="How the report is written; github by itself in GitHub Actions.")
    ] = None,
    kubernetes_version: Annotated[
        str | None, typer.Option(help="Judge by this version, such as 1.37, whatever the files say.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="A benchmark: cis-1.8 to cis-1.12, stig-v2r6, nsa.")] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only these rules.", metavar="ID")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules.", metavar="ID")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on hygiene too.")] = False,
    pedantic: Annotated[bool, typer.Option("--pedantic", help="Also what only could be simpler.")] = False,
    show_diff: Annotated[bool, typer.Option("--diff", help="Show what the safe fixes would change.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Apply the safe fixes, then check again.")] = False,
    baseline: Annotated[str | None, typer.Option(help="Leave out the findings of this file.", metavar="FILE")] = None,
    write_baseline: Annotated[
        str | None, typer.Option(help="Write today's findings to this file.", metavar="FILE")
    ] = None,
) -> None:
    """Find everything that would stop, hide or leak the audit log."""
    given = settings(Path.cwd())
    options = Options(
        kubernetes=kubernetes_version or given.kubernetes_version,
        select=_rules(select or list(given.select)) or None,
        ignore=_rules([*(ignore or []), *given.ignore]),
        profile=profile or given.profile or "default",
        pedantic=pedantic or given.pedantic,
    )
    inputs = collect(paths)
    report = _report(inputs, options)
    if show_diff or fix:
        report = _fix(inputs, options, report, write=fix)
    if write_baseline:
        _write_baseline(write_baseline, report, inputs)
        return
    report = _without_known(report, baseline or given.baseline, inputs)
    if not show_diff:
        _show(report, inputs, output or _usual_format())
    if status := _status(report, strict=strict or given.strict):
        raise typer.Exit(status)


def _usual_format() -> Format:
    return Format.GITHUB if os.environ.get("GITHUB_ACTIONS") == "true" else Format.TEXT


def _rules(given: list[str]) -> frozenset[str]:
    names = [name.strip() for one in given for name in one.split(",") if name.strip()]
    wrong = [name for name in names if name not in BY_ID]
    if wrong:
        raise Failure(*(unknown("rule", name, BY_ID) for name in wrong))
    return frozenset(names)


def _report(inputs: Inputs, options: Options) -> Report:
    try:
        report = check_texts(inputs.texts.items(), options)
    except ValueError as error:
        raise Failure(str(error)) from None
    passed_over = (Skipped(path, why) for path, why in inputs.skipped.items())
    return replace(report, skipped=tuple(sorted([*report.skipped, *passed_over])))


def _fix(inputs: Inputs, options: Options, report: Report, *, write: bool) -> Report:
    """The report after the fixes where they are written, the same report where they are only shown."""
    made = fixed(report.findings, inputs.texts.get)
    if not write:
        Console.stdout().diff(changes.diff(inputs.texts, made.texts))
        return report
    changes.write(made.texts)
    inputs.texts.update(made.texts)
    for finding in made.findings:
        done = finding.fix.description if finding.fix else ""
        Console.stderr().say(f"{finding.path}:{finding.start.line}: fixed {finding.rule}: {done}")
    return _report(inputs, options)


def _write_baseline(path: str, report: Report, inputs: Inputs) -> None:
    try:
        Path(path).write_text(baselines.written(report, inputs.texts.get), encoding="utf-8")
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}") from None
    Console.stderr().say(f"{len(report.findings)} findings written to {path}")


def _without_known(report: Report, path: str | None, inputs: Inputs) -> Report:
    if path is None:
        return report
    try:
        return baselines.without_known(report, Path(path).read_text(encoding="utf-8"), inputs.texts.get)
    except (OSError, ValueError) as error:
        raise Failure(f"{path} cannot be used as a baseline: {error}") from None


def _show(report: Report, inputs: Inputs, output: Format) -> None:
    console = Console.stdout()
    for line in BY_NAME[output].lines(report, inputs.texts.get, colour=console.colour):
        console.stream.write(line + "\n")
    for defect in report.defects:
        Console.stderr().say(f"internal error: {defect}")
        Console.stderr().say("This is a defect of auditstrap. Please report it with the input.")


def _status(report: Report, *, strict: bool) -> int:
    worst = report.worst()
    if report.defects:
        return DEFECT
    if worst is not None and (strict or worst.at_least(Severity.LOSS)):
        return FOUND
    return 0 if report.examined else NOTHING_RECOGNISED
