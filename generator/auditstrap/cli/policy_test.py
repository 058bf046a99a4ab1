"""``auditstrap policy test``."""

from __future__ import annotations

import json

import typer

from auditstrap.cli.console import Console, Failure
from auditstrap.cli.files import read_spec
from auditstrap.cli.policies import given_policy, minor_of
from auditstrap.cli.preset import Layout
from auditstrap.policy.policy_tests import Result, load_tests, run_tests
from auditstrap.policy.request_json import request_json
from auditstrap.policy.words import asked
from auditstrap.problems import InputError, Problem

FAILED = 1


def run(argument: str, tests: str, version: str, layout: Layout) -> None:
    """Run the tests and print their results; exit 1 where one fails or stays undecided."""
    minor = minor_of(version)
    policy, text = given_policy(argument).valid(minor), read_spec(tests)
    try:
        loaded = load_tests(text, file=tests, minor=minor)
    except InputError as error:
        raise Failure(problems=error.problems, texts=lambda _: text) from None
    results = run_tests(policy, loaded, minor)
    if layout is Layout.JSON:
        Console.stdout().say(json.dumps(_json(results), indent=2, ensure_ascii=False))
    else:
        _say(results, tests, text)
    raise typer.Exit(0 if all(result.passed for result in results) else FAILED)


def _json(results: tuple[Result, ...]) -> dict[str, object]:
    return {
        "passed": sum(result.passed is True for result in results),
        "failed": sum(result.passed is not True for result in results),
        "tests": [
            {
                "name": result.test.name,
                "line": result.test.span.start.line,
                "passed": result.passed,
                "expected": str(result.test.expectation),
                "level": result.level,
                "rule": result.rule,
                "proof": result.proof,
                "witness": request_json(result.witness) if result.witness else None,
            }
            for result in results
        ],
    }


def _say(results: tuple[Result, ...], file: str, text: str) -> None:
    out = Console.stdout()
    for result in results:
        word = {True: "ok", False: "FAILED", None: "open"}[result.passed]
        proof = f"  (proved: {result.proof})" if result.proof else ""
        out.say(f"{word:<7} {result.test.name}{proof}")
        if not result.passed:
            out.error(Problem(file, result.test.span, _why(result)), text)
    failed = sum(result.passed is not True for result in results)
    out.say(f"{len(results) - failed} passed, {failed} failed")


def _why(result: Result) -> str:
    expected = f"expected {result.test.expectation}"
    if result.passed is None:
        return f"{expected}, undecided within the budget of steps"
    by = "no rule matches" if result.rule is None else f"rule {result.rule} decides"
    example = f": {asked(result.witness)}" if result.witness else ""
    return f"{expected}, found {result.level}, {by}{example}"
