"""Changes to a text at its places, everything else left as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from auditstrap.source import Position, line_starts


class Edit(NamedTuple):
    """What stands from ``start`` up to ``end`` (offsets) becomes ``text``; an insertion where they are equal."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits. Edits at one place go in their order; overlapping ones are a ValueError."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            raise ValueError(f"two edits meet at offset {edit.start}")
        pieces += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join([*pieces, text[position:]])


class Lines:
    """A text by its lines, as YAML counts them; numbers from 1."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = line_starts(text)

    def offset(self, position: Position) -> int:
        """Where a position stands in the text."""
        line, column = position
        return self._starts[line - 1] + column - 1 if line <= len(self._starts) else len(self._text)

    def end(self, number: int) -> int:
        """The offset at which a line ends, before its line break."""
        stop = self._starts[number] if number < len(self._starts) else len(self._text)
        return self._starts[number - 1] + len(
            self._text[self._starts[number - 1] : stop].rstrip("\r\n\x85\u2028\u2029")
        )

    def text(self, number: int) -> str:
        """A line without its break."""
        return self._text[self._starts[number - 1] : self.end(number)]
