"""What a person sees: problems with the line they stand on, coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple, Self, TextIO

from auditstrap.problems import Problem
from auditstrap.source import Span, line_starts

USAGE: Final = 2

_MOST_PROBLEMS: Final = 100
"""Problems that are shown of one failure: more than anybody reads at once."""

_WIDEST_LINE: Final = 160
_BEFORE_MARK: Final = 60
"""Characters of a long line, and of those in front of the marked place, that are shown."""

_RED, _GREEN, _YELLOW, _CYAN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"
_BOLD, _RESET = "\x1b[1m", "\x1b[0m"


class Failure(Exception):  # noqa: N818 - it is how a command ends, not a fault of the program
    """The end of a command that cannot go on: sentences, or problems with places, and the exit status.

    ``texts`` are the inputs by the names that problems give them, for the lines that are shown.
    """

    def __init__(
        self,
        *sentences: str,
        problems: Iterable[Problem] = (),
        texts: Callable[[str], str | None] = lambda _: None,
        status: int = USAGE,
    ) -> None:
        super().__init__(*sentences)
        self.sentences = sentences
        self.problems = tuple(problems)
        self.texts = texts
        self.status = status


@dataclass(frozen=True, slots=True)
class Console:
    """One stream and whether colours are wanted on it."""

    stream: TextIO
    colour: bool

    @classmethod
    def stderr(cls) -> Console:
        """Where diagnostics go."""
        return cls(sys.stderr, _wants_colour(sys.stderr))

    @classmethod
    def stdout(cls) -> Console:
        """Where data goes."""
        return cls(sys.stdout, _wants_colour(sys.stdout))

    def say(self, sentence: str) -> None:
        """One line."""
        self.stream.write(printable(sentence) + "\n")

    def failure(self, failure: Failure) -> None:
        """Everything that stopped a command."""
        for sentence in failure.sentences:
            self.say(self._paint(_RED, "error: ") + sentence)
        text = cache(lambda file: _Text.of(failure.texts(file)))
        for problem in failure.problems[:_MOST_PROBLEMS]:
            self._problem(problem, text(problem.file), self._paint(_RED, "error"))
        count = len(failure.problems)
        shown = f", of which the first {_MOST_PROBLEMS} are shown" if count > _MOST_PROBLEMS else ""
        if count > 1:
            self.say(f"{count} problems{shown}; nothing was written")

    def warning(self, problem: Problem, text: str | None = None) -> None:
        """What does not stop a command, with the line that it is about."""
        self._problem(problem, _Text.of(text), self._paint(_YELLOW, "warning"))

    def internal_error(self, error: Exception) -> None:
        """A defect of the program itself, with what to report."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        self.say(self._paint(_RED, "internal error: ") + f"{type(error).__name__}: {error}")
        self.say(
            f"This is a defect of auditstrap, at {place.name} line {place.lineno}. Please report it with the input."
        )

    def diff(self, lines: Iterable[str]) -> None:
        """A unified diff."""
        colours = {"+": _GREEN, "-": _RED, "@": _CYAN}
        for line in lines:
            colour = colours.get(line[:1])
            self.say(self._paint(colour, line) if colour else line)

    def _problem(self, problem: Problem, text: _Text | None, severity: str) -> None:
        head, _, message = str(problem).partition(": ")
        self.say(f"{self._paint(_BOLD, head)}: {severity}: {message}")
        if text is not None and problem.span is not None:
            for line in _snippet(text, problem.span):
                self.say(self._paint(_CYAN, line))

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self.colour else text


def _wants_colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def printable(text: str) -> str:
    """A text without the control characters that could command a terminal; colours of our own stay."""
    ours = (_RED, _GREEN, _YELLOW, _CYAN, _BOLD, _RESET)
    pieces = [text]
    for code in ours:
        pieces = [part for piece in pieces for part in _split_keeping(piece, code, ours)]
    return "".join(piece if piece in ours else _neutral(piece) for piece in pieces)


def _split_keeping(piece: str, code: str, ours: tuple[str, ...]) -> list[str]:
    if piece in ours:
        return [piece]
    parts = piece.split(code)
    return [part for index, text in enumerate(parts) for part in ((code, text) if index else (text,))]


def _neutral(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


class _Text(NamedTuple):
    """An input and where its lines begin, its end included."""

    text: str
    starts: list[int]

    @classmethod
    def of(cls, text: str | None) -> Self | None:
        return None if text is None else cls(text, [*line_starts(text), len(text)])

    def line(self, number: int) -> str:
        """A line with every character as wide as one, as far as that can be known."""
        line = self.text[self.starts[number - 1] : self.starts[number]].rstrip("\r\n")
        return "".join(c if c.isprintable() else " " for c in line)


def _snippet(text: _Text, span: Span) -> list[str]:
    """The line where a span begins, and a mark under as much of it as stands on that line."""
    number, column = span.start
    if number >= len(text.starts):
        return []
    line = text.line(number)
    end = span.end.column if span.end.line == number else len(line) + 1
    length = max(1, min(end, len(line) + 1) - column)
    cut = max(0, min(column - _BEFORE_MARK, len(line) - _WIDEST_LINE)) if len(line) > _WIDEST_LINE else 0
    shown = ("…" if cut else "") + line[cut + bool(cut) :][:_WIDEST_LINE]
    mark = "^" * min(length, max(1, len(shown) - (column - 1 - cut)))
    return [f"{number:>5} | {shown}", f"{'':>5} | {' ' * (column - 1 - cut)}{mark}"]
