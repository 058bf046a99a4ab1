"""Small questions to nodes that may have any shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditstrap.embedded import Place, Text
from auditstrap.observed.model import UnknownField
from auditstrap.problems import near
from auditstrap.source import Mapping, Node, Scalar, Sequence


def member(node: Node | None, *path: str) -> Node | None:
    """The value under these keys, None where one of them is not there."""
    for key in path:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def key_of(node: Node | None, key: str) -> Node | None:
    """The key itself, for its place."""
    for name, _ in reversed(node.entries) if isinstance(node, Mapping) else ():
        if isinstance(name, Scalar) and name.text == key:
            return name
    return None


def text_of(node: Node | None) -> str | None:
    """A string; None for anything else."""
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; nothing for anything else."""
    return node.items if isinstance(node, Sequence) else ()


def entries(node: Node | None) -> Iterator[tuple[str, Node, Node]]:
    """Name, key and value of a mapping, the last of a repeated name only."""
    found: dict[str, tuple[str, Node, Node]] = {}
    for key, value in node.entries if isinstance(node, Mapping) else ():
        if isinstance(key, Scalar):
            found[key.text] = (key.text, key, value)
    yield from found.values()


def boolean(node: Node | None, *, absent: bool | None) -> bool | None:
    """A boolean; ``absent`` where nothing stands, None for anything else."""
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return absent
    return node.value if isinstance(node, Scalar) and isinstance(node.value, bool) else None


def unknown_fields(text: Text, node: Node | None, owner: str, known: Iterable[str]) -> Iterator[UnknownField]:
    """The keys of a mapping that are not among the known."""
    names = frozenset(known)
    for name, key, _ in entries(node):
        if name not in names and name != "<<":
            yield UnknownField(name, owner, text.at(key), near(name, names))


def place_of(text: Text, *nodes: Node | None) -> Place:
    """The place of the first node that is there; the beginning of the text where none is."""
    return next((text.at(node) for node in nodes if node is not None), text.start())
