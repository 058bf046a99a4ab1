"""What a terminal is given: colours of ours, nothing that could command it, lines of a file with a mark."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from auditstrap.source import Span, line_starts

RED: Final = "\x1b[31m"
GREEN: Final = "\x1b[32m"
YELLOW: Final = "\x1b[33m"
CYAN: Final = "\x1b[36m"
BOLD: Final = "\x1b[1m"
RESET: Final = "\x1b[0m"

_OURS: Final = (RED, GREEN, YELLOW, CYAN, BOLD, RESET)
_WIDEST: Final = 160
_BEFORE_MARK: Final = 60
"""Characters of a long line, and of those in front of the marked place, that are shown."""


def printable(text: str) -> str:
    """A text without the control characters that could command a terminal; colours of our own stay."""
    pieces = [text]
    for code in _OURS:
        pieces = [part for piece in pieces for part in _split_keeping(piece, code)]
    return "".join(piece if piece in _OURS else neutral(piece) for piece in pieces)


def _split_keeping(piece: str, code: str) -> list[str]:
    if piece in _OURS:
        return [piece]
    parts = piece.split(code)
    return [part for index, text in enumerate(parts) for part in ((code, text) if index else (text,))]


def neutral(text: str) -> str:
    """A text without any control character."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def snippet(text: str, span: Span) -> list[str]:
    """The line where a span begins, and a mark under as much of it as stands on that line."""
    starts = _starts(text)
    number, column = span.start
    if number >= len(starts):
        return []
    # Every character is to be as wide as one, as far as that can be known.
    raw = text[starts[number - 1] : starts[number]].rstrip("\r\n")
    line = "".join(c if c.isprintable() else " " for c in raw)
    end = span.end.column if span.end.line == number else len(line) + 1
    length = max(1, min(end, len(line) + 1) - column)
    cut = max(0, min(column - _BEFORE_MARK, len(line) - _WIDEST)) if len(line) > _WIDEST else 0
    shown = ("…" if cut else "") + line[cut + bool(cut) :][:_WIDEST]
    mark = "^" * min(length, max(1, len(shown) - (column - 1 - cut)))
    return [f"{number:>5} | {shown}", f"{'':>5} | {' ' * (column - 1 - cut)}{mark}"]


@lru_cache(maxsize=4)
def _starts(text: str) -> list[int]:
    """Where the lines of a text begin, its end included; many places of one text are shown in a row."""
    return [*line_starts(text), len(text)]
