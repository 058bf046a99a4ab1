"""Where in a text, or in a spec, the thing stands that kube-apiserver's sentence about a policy is about."""

from __future__ import annotations

import re
from typing import Final

from auditstrap.source import Mapping, Node, Position, Scalar, Sequence, Span

_FIELD: Final = re.compile(r'field "([^"]+)"')
_STEP: Final = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_NO_KIND: Final = "no kind "


def named_place(message: str, root: Node | None) -> Span | None:
    """The place of the first field that a message names in quotes, or of the version that it does not know."""
    if not isinstance(root, Mapping):
        return None
    if match := _FIELD.search(message):
        return _walk(root, match[1])
    version = root.get("apiVersion") if _NO_KIND in message else None
    return (version or root).span


def _walk(node: Node, path: str) -> Span:
    """Where the key at the path's end stands, or as much of the path as there is."""
    span = node.span
    for name, index in _STEP.findall(path):
        key, child = _child(node, name, index)
        if child is None:
            break
        span, node = (key or child).span, child
    return span


def _child(node: Node, name: str, index: str) -> tuple[Node | None, Node | None]:
    if isinstance(node, Sequence) and index and int(index) < len(node.items):
        return None, node.items[int(index)]
    entries = node.entries if isinstance(node, Mapping) else ()
    return next(((k, v) for k, v in reversed(entries) if isinstance(k, Scalar) and k.text == name), (None, None))


def original_place(place: Position, copy: Node, original: Node) -> Span | None:
    """The place in the original of the innermost node that begins at a place of its copy.

    The copy has the same nodes in the same order.
    """
    pairs = zip(_children(copy), _children(original), strict=False)
    inner = next((found for one, other in pairs if (found := original_place(place, one, other))), None)
    return inner or (original.span if copy.span.start == place else None)


def _children(node: Node) -> list[Node]:
    if isinstance(node, Sequence):
        return list(node.items)
    return [child for entry in node.entries for child in entry] if isinstance(node, Mapping) else []
