"""What is wrong with an input, as sentences with a place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from auditstrap.source import Mapping, Node, Scalar, Sequence, Span

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: the file as the user named it, where in it (None: the file as a whole), and a sentence."""

    file: str
    span: Span | None
    message: str

    def __str__(self) -> str:
        """``file:line:column: sentence``."""
        if self.span is None:
            return f"{self.file}: {self.message}"
        line, column = self.span.start
        return f"{self.file}:{line}:{column}: {self.message}"


class InputError(ValueError):
    """An input that cannot be used; ``problems`` are all that is wrong with it, in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=_place))
        super().__init__("\n".join(map(str, self.problems)))


def _place(problem: Problem) -> tuple[str, tuple[int, int], str]:
    line, column = problem.span.start if problem.span else (0, 0)
    return problem.file, (line, column), problem.message


def quoted(text: str) -> str:
    """A piece of input inside a message: one line, in quotes, no control characters, cut where it is long."""
    shown = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    escaped = json.dumps(shown, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in escaped)


def described(node: Node) -> str:
    """What stands in the input: ``the string "30d"``, ``a list``, ``nothing``."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return _described_scalar(node)


def _described_scalar(node: Scalar) -> str:
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean {node.text}"
    if isinstance(value, int | float):
        return f"the number {node.text}"
    return f"the string {quoted(value)}"


def near(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that was most likely meant, if one is near."""
    plain = {_letters(candidate): candidate for candidate in allowed}
    matches = get_close_matches(_letters(name), plain, n=1, cutoff=0.7)
    return plain[matches[0]] if matches else None


def _letters(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def unknown(what: str, name: str, allowed: Iterable[str]) -> str:
    """The sentence for a name that is not one of the allowed: the near one, and all of them."""
    names = tuple(allowed)
    meant = near(name, names)
    hint = f'; did you mean "{meant}"?' if meant else ";"
    return f"unknown {what} {quoted(name)}{hint} allowed: {', '.join(names)}"
