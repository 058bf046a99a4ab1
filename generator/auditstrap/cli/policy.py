"""``auditstrap policy``: what kube-apiserver makes of a policy, and what the policy does with requests."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from auditstrap.cli.preset import Layout
from auditstrap.kubernetes.versions import NEWEST_MINOR

app = typer.Typer(
    help="Validate, explain, test and compare audit policies.", no_args_is_help=True, add_completion=False
)


def complete_policy(incomplete: str) -> list[str]:
    """Names of presets; a shell completes files by itself."""
    from auditstrap.policy import presets  # noqa: PLC0415 - a completion of something else needs none

    return [name for name in presets.names() if name.startswith(incomplete)]


def complete_resource(incomplete: str) -> list[str]:
    """Resources of Kubernetes."""
    from auditstrap.kubernetes.resources import resources_of  # noqa: PLC0415 - as above

    names = {known.name for known in resources_of(NEWEST_MINOR) if not known.subresource}
    return sorted(name for name in names if name.startswith(incomplete))


PolicyArgument = Annotated[
    str,
    typer.Argument(
        metavar="POLICY", autocompletion=complete_policy, help="A file, - for standard input, or a preset's name."
    ),
]
Version = Annotated[
    str, typer.Option("--kubernetes-version", metavar="VERSION", help="Whose kube-apiserver: 1.37, v1.37.2.")
]
Format = Annotated[Layout, typer.Option("--format", help="Lines for people, or JSON.")]
NEWEST = f"1.{NEWEST_MINOR}"


@app.command()
def validate(policy: PolicyArgument, *, version: Version = NEWEST, layout: Format = Layout.TEXT) -> None:
    """Say what kube-apiserver says of a policy, in its own words."""
    from auditstrap.cli.policy_validate import run  # noqa: PLC0415 - one command is run at a time

    run(policy, version, layout)


@app.command()
def explain(  # noqa: PLR0913 - one parameter an option
    policy: PolicyArgument,
    verb: Annotated[str | None, typer.Argument(metavar="VERB", help="As kubectl auth can-i: get, create …")] = None,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TYPE[/NAME]", autocompletion=complete_resource, help="A resource, RESOURCE.GROUP, or a /url."
        ),
    ] = None,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The object, if not behind the slash.")] = None,
    *,
    subresource: Annotated[str, typer.Option(help="Such as exec or status.")] = "",
    namespace: Annotated[
        str | None, typer.Option("-n", "--namespace", help="The namespace, default by default.")
    ] = None,
    all_namespaces: Annotated[bool, typer.Option("-A", "--all-namespaces", help="Across all namespaces.")] = False,
    user: Annotated[str, typer.Option("--as", metavar="USER", help="Who asks.")] = "alice",
    groups: Annotated[
        list[str] | None, typer.Option("--as-group", metavar="GROUP", help="A group of theirs. Repeatable.")
    ] = None,
    fails: Annotated[
        bool, typer.Option("--failed-authentication", help="Somebody whose authentication fails asks.")
    ] = False,
    http: Annotated[str | None, typer.Option(metavar="REQUEST", help="As HTTP instead: 'GET /api/v1/pods'.")] = None,
    event: Annotated[
        str | None, typer.Option(metavar="FILE", help="The requests of audit events instead: a log, a list, one.")
    ] = None,
    version: Version = NEWEST,
    layout: Format = Layout.TEXT,
) -> None:
    """Say what happens to one request: the rule that decides, and why none before it does."""
    from auditstrap.cli.policy_explain import Question, run  # noqa: PLC0415 - one command is run at a time

    question = Question(
        verb, target, name, subresource, namespace, all_namespaces, user, tuple(groups or ()), fails, http, event
    )
    run(policy, question, version, layout)


@app.command("test")
def run_tests(
    policy: PolicyArgument,
    tests: Annotated[str, typer.Argument(metavar="TESTS", help="A file of AuditPolicyTest documents.")],
    *,
    version: Version = NEWEST,
    layout: Format = Layout.TEXT,
) -> None:
    """Run a file of expectations: of single requests, and of all requests at once."""
    from auditstrap.cli.policy_test import run  # noqa: PLC0415 - one command is run at a time

    run(policy, tests, version, layout)


class FailOn(StrEnum):
    """Which differences end in exit status 1."""

    NONE = "none"
    LESS = "less"
    ANY = "any"


@app.command()
def diff(
    old: PolicyArgument,
    new: PolicyArgument,
    *,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit 1 where NEW records less, or where anything differs.")
    ] = FailOn.NONE,
    version: Version = NEWEST,
    layout: Format = Layout.TEXT,
) -> None:
    """Show every kind of request that two policies treat differently, with an example each."""
    from auditstrap.cli.policy_diff import run  # noqa: PLC0415 - one command is run at a time

    run(old, new, fail_on.value, version, layout)


class MatrixLayout(StrEnum):
    """How a matrix is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


@app.command()
def matrix(
    policy: PolicyArgument,
    *,
    version: Version = NEWEST,
    layout: Annotated[
        MatrixLayout, typer.Option("--format", help="A table for a terminal, Markdown, one HTML page, or JSON.")
    ] = MatrixLayout.TEXT,
) -> None:
    """Show who does what and what is written of it: a table over all requests, none sampled."""
    from auditstrap.cli.policy_matrix import run  # noqa: PLC0415 - one command is run at a time

    run(policy, version, layout.value)
