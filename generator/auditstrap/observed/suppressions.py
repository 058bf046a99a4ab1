"""Comments that say why a finding is as it should be: ``# auditstrap: ignore[rule, rule] reason``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditstrap.embedded import Place
from auditstrap.source import Position, Span, line_starts

_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#\s*auditstrap:\s*ignore\[([^\]\n]*)\][ \t]*([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment; ``lines`` are those whose findings it is about, ``unused`` the rules that it need not name.

    ``unused`` is empty until the findings are known.
    """

    place: Place
    rules: tuple[str, ...]
    reason: str
    lines: frozenset[int]
    unused: tuple[str, ...] = ()

    def covers(self, rule: str, place: Place) -> bool:
        """Whether a finding of a rule at a place is suppressed."""
        return rule in self.rules and place.path == self.place.path and place.span.start.line in self.lines


def suppressions(path: str, text: str) -> Iterator[Suppression]:
    """The comments of a file; one on a line of its own is about the next line that is no comment."""
    if "auditstrap:" not in text:
        return
    starts = line_starts(text)
    lines = text.splitlines(keepends=False) if len(starts) else []
    for match in _COMMENT.finditer(text):
        number = sum(1 for start in starts if start <= match.start())
        column = match.start() - starts[number - 1] + 1
        place = Place(path, Span(Position(number, column), Position(number, column + len(match[0].rstrip()))))
        rules = tuple(name.strip() for name in match[1].split(",") if name.strip())
        alone = not text[starts[number - 1] : match.start()].strip()
        covered = {number, _next(lines, number)} if alone else {number}
        yield Suppression(place, rules, match[2].strip(), frozenset(covered))


def _next(lines: list[str], number: int) -> int:
    """The number of the next line with something else than a comment on it."""
    for following in range(number, len(lines)):
        content = lines[following].strip()
        if content and not content.startswith("#"):
            return following + 1
    return number
