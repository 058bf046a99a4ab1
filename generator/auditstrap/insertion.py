"""Where and how something is added to a YAML mapping or list of somebody's own, in that file's own style."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from auditstrap.edits import Edit, Lines
from auditstrap.source import Mapping, Node, Scalar, Sequence
from auditstrap.yaml_text import dump


class Style(NamedTuple):
    """How a file is laid out: columns that a mapping, and a list, stands deeper than its key; the line break."""

    mapping: int
    sequence: int
    line_break: str


class Insertion:
    """Additions to the nodes of one text, as edits."""

    def __init__(self, text: str, root: Mapping) -> None:
        self._text = text
        self._lines = Lines(text)
        self._style = Style(*_depths(root), "\r\n" if "\r\n" in text else "\n")

    def put(self, parent: Mapping, key: str, value: object) -> Iterator[Edit]:
        """A new key at the end of a mapping."""
        if parent.flow:
            yield self._into_flow(parent, f"{json.dumps(key)}: {json.dumps(value)}")
        else:
            yield self._behind(self._last_line(parent), self._indent(parent), _keyed(key, value, self._style))

    def fill(self, parent: Mapping, key: Node, empty: Node, value: Any) -> Iterator[Edit]:  # noqa: ANN401 - YAML data
        """A value where the key has null, ``{}`` or ``[]``."""
        start, end = (self._lines.offset(position) for position in empty.span)
        if parent.flow or empty.span.start.line != empty.span.end.line:
            yield Edit(start, end, (" " if start == end else "") + json.dumps(value))
            return
        while self._text[start - 1 : start] == " ":
            start -= 1
        yield Edit(start, end, "")
        lines = _keyed(key.text if isinstance(key, Scalar) else "", value, self._style)[1:]
        yield self._behind(empty.span.end.line, key.span.start.column - 1, lines)

    def extend(self, collection: Mapping | Sequence, value: Any, note: str = "") -> Iterator[Edit]:  # noqa: ANN401
        """More entries at the end of a list or mapping that has some; ``note`` is a comment above them, in a block."""
        if collection.flow:
            yield self._into_flow(collection, json.dumps(value)[1:-1])
        else:
            yield self._behind(self._last_line(collection), self._indent(collection), _noted(note, value))

    def lead(self, key: Node, collection: Sequence, value: list[Any], note: str = "") -> Iterator[Edit]:
        """More entries at the beginning of the list that this key has."""
        if collection.flow:
            start = self._text.index("[", self._lines.offset(collection.span.start)) + 1
            yield Edit(start, start, json.dumps(value)[1:-1] + ", ")
        else:
            yield self._behind(key.span.end.line, self._indent(collection), _noted(note, value))

    def _into_flow(self, collection: Mapping | Sequence, entries: str) -> Edit:
        end = self._lines.offset(collection.span.end) - 1
        before = self._text[: self._last_character(collection, end)]
        separator = "" if before.endswith((",", "{", "[")) else ", "
        return Edit(end, end, separator + entries)

    def _last_character(self, collection: Mapping | Sequence, end: int) -> int:
        """Where the last entry, or a comma behind it, ends; comments may follow before the closing bracket."""
        start = max((self._lines.offset(child.span.end) for child in _children(collection)), default=None)
        if start is None:
            return self._lines.offset(collection.span.start) + 1
        lines = self._text[start:end].splitlines() or [""]
        comma = next((start for line in lines if line.split("#")[0].strip().startswith(",")), None)
        return self._text.index(",", comma) + 1 if comma is not None else start

    def _behind(self, number: int, indent: int, lines: Iterable[str]) -> Edit:
        end = self._lines.end(number)
        return Edit(end, end, "".join(f"{self._style.line_break}{' ' * indent}{line}" for line in lines))

    def _indent(self, collection: Mapping | Sequence) -> int:
        """How far a block collection is indented; the place of one with an anchor or a tag is that of the anchor."""
        if isinstance(collection, Mapping):
            return collection.entries[0][0].span.start.column - 1
        if self._text[self._lines.offset(collection.span.start)] == "-":
            return collection.span.start.column - 1
        dash = self._text.rindex("-", 0, self._lines.offset(collection.items[0].span.start))
        return dash - self._text.rindex("\n", 0, dash) - 1

    def _last_line(self, collection: Mapping | Sequence) -> int:
        """The last line that belongs to a block collection: its end is only known as where the next thing begins."""
        stop = collection.span.end
        at_end = self._lines.offset(stop) >= len(self._text) and stop.column > 1
        last = stop.line if at_end else stop.line - 1
        least = _last_child_line(collection)
        while last > least and _is_blank(self._lines.text(last)):
            last -= 1
        return last


def _noted(note: str, value: object) -> list[str]:
    return [*([f"# {note}"] if note else []), *dump(value).splitlines()]


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _children(collection: Mapping | Sequence) -> list[Node]:
    if isinstance(collection, Sequence):
        return list(collection.items)
    return [node for entry in collection.entries for node in entry]


def _last_child_line(node: Node) -> int:
    """The last line of the last scalar of a collection; block scalars may look like comments or blanks."""
    if isinstance(node, Scalar) or node.flow:
        line, column = node.span.end
        return line - 1 if column == 1 and line > node.span.start.line else line
    inside = [child for child in _children(node) if child.span.start >= node.span.start]
    return max((_last_child_line(child) for child in inside), default=node.span.start.line)


def _depths(root: Mapping) -> tuple[int, int]:
    """How much deeper than their keys the first block mapping and the first block list of a document stand."""
    mapping, sequence = None, None
    for key, value in _block_entries(root):
        depth = value.span.start.column - key.span.start.column
        if isinstance(value, Mapping) and mapping is None and depth > 0:
            mapping = depth
        elif isinstance(value, Sequence) and sequence is None and depth >= 0:
            sequence = depth
    return mapping or 2, sequence or 0


def _block_entries(node: Node) -> Iterator[tuple[Node, Node]]:
    if isinstance(node, Scalar) or node.flow:
        return
    entries = node.entries if isinstance(node, Mapping) else ()
    for key, value in entries:
        if not isinstance(value, Scalar) and not value.flow and value.span.start > key.span.start:
            yield key, value
    for child in _children(node):
        yield from _block_entries(child)


def _keyed(key: str, value: object, style: Style) -> list[str]:
    """The lines of a key and its value in block style, without indentation of their own."""
    if isinstance(value, dict) and value:
        inner = [line for name, item in value.items() for line in _keyed(name, item, style)]
        return [f"{key}:", *(" " * style.mapping + line for line in inner)]
    if isinstance(value, list) and value:
        return [f"{key}:", *(" " * style.sequence + line for line in dump(value).splitlines())]
    return dump({key: value}).splitlines()
