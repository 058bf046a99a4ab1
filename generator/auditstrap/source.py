"""YAML text as nodes that know where they stand.

The nodes are built from the events of libyaml, not by PyYAML's composer: that one recurses in C, and a
file of 100,000 opening brackets would end the interpreter. Scalars carry the value that Kubernetes would
read (:mod:`auditstrap.scalars`), duplicate keys are kept, an alias is the node of its anchor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Protocol

import yaml

from auditstrap.scalars import ScalarValue, resolve

MAX_DEPTH: Final = 100
"""Deepest nesting that is read, aliases followed: whoever walks the nodes may recurse. No real file comes near."""

MAX_VALUES: Final = 100_000
"""Most values that :func:`plain` makes of one node."""

_TOO_DEEP: Final = f"nested more than {MAX_DEPTH} deep"

PlainValue = None | bool | int | float | str | list["PlainValue"] | dict[str, "PlainValue"]

_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Position(NamedTuple):
    """A place in a text: line and column, both from 1, the column in characters."""

    line: int
    column: int


class Span(NamedTuple):
    """From ``start`` up to, not including, ``end``."""

    start: Position
    end: Position


_TOP: Final = Position(1, 1)


class SourceError(ValueError):
    """A text that is not YAML; ``str()`` is one sentence without the place.

    ``problem`` is libyaml's own text for it, ``scanner`` whether the scanner said so: go-yaml is the same code.
    """

    def __init__(self, message: str, position: Position, *, problem: str = "", scanner: bool = False) -> None:
        super().__init__(message)
        self.position = position
        self.problem = problem or message
        self.scanner = scanner


@dataclass(frozen=True, eq=False)
class Scalar:
    """``text`` is the content without quotes; ``style`` is ``""`` (plain), ``'``, ``"``, ``|`` or ``>``."""

    text: str
    style: str
    tag: str | None
    span: Span

    @cached_property
    def value(self) -> ScalarValue:
        """What kube-apiserver would read: null, a bool, a number or a string."""
        return resolve(self.text, plain=not self.style, tag=self.tag)


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A list, in block or flow style."""

    items: tuple[Node, ...]
    flow: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """Keys and values in their order, duplicates included."""

    entries: tuple[tuple[Node, Node], ...]
    flow: bool
    span: Span

    def get(self, key: str) -> Node | None:
        """The value of the last entry with this key, as every Kubernetes reader takes it."""
        for name, value in reversed(self.entries):
            if isinstance(name, Scalar) and name.text == key:
                return value
        return None


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One document of a stream; ``root`` is None where nothing but comments stands."""

    root: Node | None
    span: Span


def documents(text: str) -> Iterator[Document]:
    """Yield the documents of a YAML stream, each as soon as it is read.

    Raises :class:`SourceError` at the first place that is not YAML; documents before it have been yielded.
    """
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.DocumentStartEvent):
                composer = _Composer(_position(event.start_mark))
            elif isinstance(event, yaml.DocumentEndEvent):
                yield composer.document(_position(event.end_mark))
            elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                composer.take(event)
    except (yaml.reader.ReaderError, UnicodeEncodeError) as error:
        raise _unreadable(error, text) from None
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error) from None


def plain(node: Node) -> PlainValue:
    """A node as dicts, lists and scalar values, the last of a repeated key winning.

    Raises SourceError where aliases make it larger than MAX_VALUES.
    """
    return _Plain().value(node)


def repeated_keys(node: Node) -> Iterator[Scalar]:
    """Yield every key of a mapping in a node that the same mapping has before it; aliased nodes are read once."""
    yield from _repeated_keys(node, set())


def _repeated_keys(node: Node, seen: set[int]) -> Iterator[Scalar]:
    if isinstance(node, Scalar) or id(node) in seen:
        return
    seen.add(id(node))
    children = node.items if isinstance(node, Sequence) else [child for entry in node.entries for child in entry]
    if isinstance(node, Mapping):
        names: set[str] = set()
        for key, _ in node.entries:
            if isinstance(key, Scalar):
                if key.text in names:
                    yield key
                names.add(key.text)
    for child in children:
        yield from _repeated_keys(child, seen)


class _Plain:
    """Counts what it makes: aliases can make a short text exponentially large."""

    def __init__(self) -> None:
        self._made = 0

    def value(self, node: Node) -> PlainValue:
        self._made += 1
        if self._made > MAX_VALUES:
            raise SourceError(f"aliases make this larger than {MAX_VALUES} values", node.span.start)
        if isinstance(node, Scalar):
            return node.value
        if isinstance(node, Sequence):
            return [self.value(item) for item in node.items]
        return {_key(key): self.value(value) for key, value in node.entries}


def _key(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    raise SourceError("a key that is no scalar", node.span.start)


def line_starts(text: str) -> list[int]:
    """Offsets at which the lines of a text begin, lines being what YAML takes for one."""
    return [0, *(match.end() for match in _LINE_BREAK.finditer(text))]


class _Open:
    """A collection whose end has not come yet; ``height`` is that of its highest child."""

    __slots__ = ("anchor", "children", "height", "start")

    def __init__(self, start: yaml.CollectionStartEvent) -> None:
        self.start = start
        self.anchor: str | None = start.anchor
        self.children: list[Node] = []
        self.height = 0


class _Composer:
    """The nodes of one document, from its events."""

    def __init__(self, start: Position = _TOP) -> None:
        self._start = start
        self._open: list[_Open] = []
        # An anchor holds from where it stands, before its collection ends: None until then.
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._root: Node | None = None

    def document(self, end: Position) -> Document:
        root = self._root
        empty = isinstance(root, Scalar) and not root.text and not root.style and root.tag is None
        return Document(None if empty else root, Span(self._start, end))

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            scalar = _scalar(event)
            if event.anchor is not None:
                self._anchors[event.anchor] = scalar, 0
            self._add(scalar, 0)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._enter(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            collection = self._open.pop()
            self._leave(collection, _collection(collection, event))
        elif isinstance(event, yaml.AliasEvent):
            node, height = self._anchored(event)
            self._check_depth(height, event)
            self._add(node, height)

    def _enter(self, event: yaml.CollectionStartEvent) -> None:
        self._check_depth(1, event)
        self._open.append(_Open(event))
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _leave(self, collection: _Open, node: Node) -> None:
        height = collection.height + 1
        if collection.anchor is not None and self._anchors[collection.anchor] is None:
            self._anchors[collection.anchor] = node, height
        self._add(node, height)

    def _check_depth(self, height: int, event: yaml.Event) -> None:
        if len(self._open) + height > MAX_DEPTH:
            raise SourceError(_TOO_DEEP, _position(event.start_mark))

    def _anchored(self, event: yaml.AliasEvent) -> tuple[Node, int]:
        name = event.anchor
        anchored = self._anchors.get(str(name))
        if anchored is not None:
            return anchored
        inside = name in self._anchors
        problem = f"anchor '{name}' value contains itself" if inside else f"unknown anchor '{name}' referenced"
        raise SourceError(problem, _position(event.start_mark))

    def _add(self, node: Node, height: int) -> None:
        if self._open:
            self._open[-1].children.append(node)
            self._open[-1].height = max(self._open[-1].height, height)
        else:
            self._root = node


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    style = "" if event.style in (None, "") else event.style
    return Scalar(event.value, style, event.tag, _span(event))


def _collection(collection: _Open, end: yaml.Event) -> Sequence | Mapping:
    start, children = collection.start, collection.children
    span = Span(_position(start.start_mark), _position(end.end_mark))
    if isinstance(start, yaml.SequenceStartEvent):
        return Sequence(tuple(children), bool(start.flow_style), span)
    return Mapping(tuple(zip(children[::2], children[1::2], strict=True)), bool(start.flow_style), span)


class _Mark(Protocol):
    line: int
    column: int


def _position(mark: _Mark | None) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark is not None else _TOP


def _span(event: yaml.Event) -> Span:
    return Span(_position(event.start_mark), _position(event.end_mark))


def _not_yaml(error: yaml.MarkedYAMLError) -> SourceError:
    mark = error.problem_mark or error.context_mark
    if "maximum nesting depth" in str(error.problem):
        return SourceError(_TOO_DEEP, _position(mark))
    words = [error.context, error.problem] if error.context else [error.problem]
    message = ", ".join(str(word) for word in words if word)
    scanner = isinstance(error, yaml.scanner.ScannerError)
    return SourceError(message, _position(mark), problem=str(error.problem), scanner=scanner)


def _unreadable(error: yaml.reader.ReaderError | UnicodeEncodeError, text: str) -> SourceError:
    match = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    before = text[: match.start()] if match else ""
    starts = line_starts(before)
    found = f"the character U+{ord(match[0]):04X}" if match else str(error.reason)
    return SourceError(f"{found} is not allowed in YAML", Position(len(starts), len(before) - starts[-1] + 1))
