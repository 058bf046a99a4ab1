"""Policies as commands are given them: a file, standard input, or the name of a preset."""

from __future__ import annotations

from dataclasses import dataclass

from auditstrap.cli.console import Failure
from auditstrap.cli.files import STDIN, read_content
from auditstrap.kubernetes.versions import parse_version
from auditstrap.policy import Policy, PolicyError, load, presets
from auditstrap.problems import Problem
from auditstrap.source import Span

INVALID = 1
"""Exit status for a policy that kube-apiserver would not start with."""


@dataclass(frozen=True, slots=True)
class GivenPolicy:
    """The bytes of a policy, and the name for messages."""

    name: str
    content: bytes

    def text(self) -> str:
        """As much of it as can be shown."""
        return self.content.decode("utf-8-sig", "replace")

    def load(self, minor: int) -> Policy:
        """What kube-apiserver makes of it. Raises PolicyError."""
        return load(self.content, kubernetes=f"1.{minor}")

    def valid(self, minor: int) -> Policy:
        """As :meth:`load`, for a command that cannot go on without. Raises Failure at the place of the mistake."""
        try:
            return self.load(minor)
        except PolicyError as error:
            message = f"kube-apiserver 1.{minor} would not start with this policy: {error}"
            problem = Problem(self.name, error.span, message)
            raise Failure(problems=[problem], texts=lambda _: self.text(), status=INVALID) from None


def given_policy(argument: str) -> GivenPolicy:
    """The policy behind an argument. Raises Failure where it cannot be read."""
    if argument in presets.names():
        return GivenPolicy(argument, presets.text(presets.get(argument)).encode())
    name = "standard input" if argument == STDIN else argument
    return GivenPolicy(name, read_content(argument))


def minor_of(version: str) -> int:
    """The minor of a ``--kubernetes-version``. Raises Failure."""
    try:
        return parse_version(version).minor
    except ValueError as error:
        raise Failure(str(error)) from None


def place(name: str, span: Span | None) -> dict[str, object]:
    """Where a rule stands, for JSON."""
    if span is None:
        return {"path": name, "start": None, "end": None}
    start, end = ({"line": line, "column": column} for line, column in span)
    return {"path": name, "start": start, "end": end}
