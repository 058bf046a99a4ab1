"""What a person sees: problems with the line they stand on, coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, TextIO

from auditstrap.problems import Problem
from auditstrap.terminal import BOLD, CYAN, GREEN, RED, RESET, YELLOW, printable, snippet

USAGE: Final = 2

_MOST_PROBLEMS: Final = 100
"""Problems that are shown of one failure: more than anybody reads at once."""


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
            self.say(self._paint(RED, "error: ") + sentence)
        text = cache(failure.texts)
        for problem in failure.problems[:_MOST_PROBLEMS]:
            self._problem(problem, text(problem.file), self._paint(RED, "error"))
        count = len(failure.problems)
        shown = f", of which the first {_MOST_PROBLEMS} are shown" if count > _MOST_PROBLEMS else ""
        if count > 1:
            self.say(f"{count} problems{shown}; nothing was written")

    def error(self, problem: Problem, text: str | None = None) -> None:
        """What is wrong with an input, with the line that it is about."""
        self._problem(problem, text, self._paint(RED, "error"))

    def warning(self, problem: Problem, text: str | None = None) -> None:
        """What does not stop a command, with the line that it is about."""
        self._problem(problem, text, self._paint(YELLOW, "warning"))

    def internal_error(self, error: Exception) -> None:
        """A defect of the program itself, with what to report."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        self.say(self._paint(RED, "internal error: ") + f"{type(error).__name__}: {error}")
        self.say(
            f"This is a defect of auditstrap, at {place.name} line {place.lineno}. Please report it with the input."
        )

    def diff(self, lines: Iterable[str]) -> None:
        """A unified diff."""
        colours = {"+": GREEN, "-": RED, "@": CYAN}
        for line in lines:
            colour = colours.get(line[:1])
            self.say(self._paint(colour, line) if colour else line)

    def _problem(self, problem: Problem, text: str | None, severity: str) -> None:
        head, _, message = str(problem).partition(": ")
        self.say(f"{self._paint(BOLD, head)}: {severity}: {message}")
        if text is not None and problem.span is not None:
            for line in snippet(text, problem.span):
                self.say(self._paint(CYAN, line))

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if self.colour else text


def _wants_colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")
