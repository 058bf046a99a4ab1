"""``auditstrap policy diff``."""

from __future__ import annotations

import json
from itertools import groupby

import typer

from auditstrap.cli.console import Console, Failure
from auditstrap.cli.policies import given_policy, minor_of
from auditstrap.cli.preset import Layout
from auditstrap.policy import Decision, Difference, TooDifferent, diff
from auditstrap.policy.request_json import request_json
from auditstrap.policy.words import asked, level_words

DIFFERENT = 1


def run(old: str, new: str, fail_on: str, version: str, layout: Layout) -> None:
    """Print the differences; exit 1 for those that ``fail_on`` names: ``less``, ``any`` or ``none``."""
    minor = minor_of(version)
    before, after = given_policy(old), given_policy(new)
    try:
        found = diff(before.valid(minor), after.valid(minor), f"1.{minor}")
    except TooDifferent:
        raise Failure("the two differ in more ways than can be told apart within the budget of steps") from None
    if layout is Layout.JSON:
        Console.stdout().say(json.dumps([_json(difference) for difference in found], indent=2, ensure_ascii=False))
    else:
        _say(found)
    less = any(difference.records_less for difference in found)
    failing = {"none": False, "less": less, "any": bool(found)}[fail_on]
    raise typer.Exit(DIFFERENT if failing else 0)


def _json(difference: Difference) -> dict[str, object]:
    return {
        "before": _decision(difference.before),
        "after": _decision(difference.after),
        "recordsLess": difference.records_less,
        "requests": difference.requests,
        "witness": request_json(difference.witness),
    }


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "level": decision.level,
        "omitStages": list(decision.omit_stages),
        "omitManagedFields": decision.omit_managed_fields,
        "rule": decision.rule,
    }


def _say(found: tuple[Difference, ...]) -> None:
    out = Console.stdout()
    if not found:
        out.say("every request fares the same")
        return
    for number, (change, members) in enumerate(groupby(found, key=_change)):
        out.say(f"{chr(10) if number else ''}{change}")
        for difference in members:
            out.say(f"  {difference.requests}")
            out.say(f"      for example {asked(difference.witness)}")


def _change(difference: Difference) -> str:
    before, after = difference.before, difference.after
    head = f"{level_words(before.level)} → {level_words(after.level)}"
    details = []
    if before.level == after.level or "None" not in {before.level, after.level}:
        if before.omit_stages != after.omit_stages:
            details.append(f"omitted stages {_stages(before)} → {_stages(after)}")
        if before.omit_managed_fields != after.omit_managed_fields:
            details.append(f"managed fields {_fields(before)} → {_fields(after)}")
    less = ", less is written" if difference.records_less else ""
    return head + less + "".join(f"; {detail}" for detail in details)


def _stages(decision: Decision) -> str:
    return ", ".join(decision.omit_stages) or "none"


def _fields(decision: Decision) -> str:
    return "left out" if decision.omit_managed_fields else "kept"
