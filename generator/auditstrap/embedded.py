"""Texts inside files: where a place in an embedded document stands in the file that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from auditstrap.source import Document, Node, Position, Scalar, SourceError, Span, documents, line_starts


class Place(NamedTuple):
    """A span of a file.

    ``inner_line`` is the line inside the text that this span holds, where the text has no places of its own in the
    file (base64, a quoted scalar): the span is then that of the whole scalar.
    """

    path: str
    span: Span
    inner_line: int | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """Where a literal block scalar stands: its text is the outer text from ``first_line``, ``indent`` to the right."""

    outer: Text
    first_line: int
    indent: int


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text in a file: the file itself, or a document embedded in it, at any depth.

    Exactly one of these holds: it is the file; it is a block of an outer text; all of it stands at one ``whole`` place.
    """

    path: str
    content: str
    block: _Block | None = None
    whole: Place | None = None

    @property
    def exact(self) -> bool:
        """Whether each character of it has its own place in the file."""
        return self.whole is None

    def place(self, span: Span) -> Place:
        """Where a span of this text stands in the file."""
        if self.whole is not None:
            return Place(self.path, self.whole.span, self.whole.inner_line or span.start.line)
        if self.block is not None:
            return self.block.outer.place(Span(*(self._outward(self.block, position) for position in span)))
        return Place(self.path, span)

    def at(self, node: Node) -> Place:
        """Where a node of this text stands in the file; a block scalar or a collection ends with its last character."""
        return self.place(node.span)

    def start(self) -> Place:
        """The beginning of this text."""
        return self.place(Span(Position(1, 1), Position(1, 1)))

    def inside(self, scalar: Scalar, decoded: str | None = None) -> Text:
        """The document that a scalar of this text holds, decoded if it was encoded."""
        if decoded is None and self.exact and scalar.style == "|":
            block = _Block(self, scalar.span.start.line + 1, self._indent(scalar))
            return Text(self.path, scalar.text, block=block)
        whole = self.place(scalar.span)
        return Text(self.path, scalar.text if decoded is None else decoded, whole=Place(whole.path, whole.span))

    def documents(self) -> tuple[tuple[Document, ...], SourceError | None]:
        """The documents that could be read, and what stopped the reading."""
        return _documents(self)

    def indentation(self) -> int:
        """How far to the right in the file each line of this text stands."""
        return self.block.indent + self.block.outer.indentation() if self.block else 0

    def _outward(self, block: _Block, position: Position) -> Position:
        return Position(block.first_line + position.line - 1, position.column + block.indent)

    def _indent(self, scalar: Scalar) -> int:
        """How far the lines of a literal block are indented in this text."""
        content = next((line for line in scalar.text.splitlines() if line.strip()), "")
        starts = [*line_starts(self.content), len(self.content)]
        for number in range(scalar.span.start.line, len(starts) - 1):
            raw = self.content[starts[number] : starts[number + 1]]
            if raw.strip():
                return max(0, _leading(raw) - _leading(content))
        return 0


MOST_DOCUMENTS: Final = 1000
"""How many documents of one text are looked at."""


@lru_cache(maxsize=4)
def _documents(text: Text) -> tuple[tuple[Document, ...], SourceError | None]:
    """Several rules ask for the documents of one text, one rule after the other."""
    found: list[Document] = []
    try:
        for document in documents(text.content):
            found.append(document)
            if len(found) >= MOST_DOCUMENTS:
                break
    except SourceError as error:
        return tuple(found), error
    return tuple(found), None


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
