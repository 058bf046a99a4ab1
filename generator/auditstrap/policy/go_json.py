"""Values into Go's types as encoding/json and sigs.k8s.io/json do it: what fits, and the words for what does not.

A decoder never stops: it collects type errors (the first is fatal) and strict errors (unknown and repeated fields).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from auditstrap.source import Mapping, Node, Scalar, Sequence, Span

_MOST_STRICT_ERRORS: Final = 100


class Mistake(NamedTuple):
    """A message in Go's words and the place of the value."""

    message: str
    span: Span


@dataclass(slots=True)
class Decoding:
    """What one decoding has met; ``ordered`` is whether keys keep their order, as in JSON, or are sorted first."""

    ordered: bool
    type_errors: list[Mistake] = field(default_factory=list)
    strict_errors: list[Mistake] = field(default_factory=list)

    def mistyped(self, node: Node, context: Context, type_name: str) -> None:
        """Collect that a value does not fit a type."""
        where = f"Go struct field {context.field}" if context.field else "Go value"
        message = f"json: cannot unmarshal {_kind(node)} into {where} of type {type_name}"
        self.type_errors.append(Mistake(message, node.span))

    def strict(self, message: str, span: Span) -> None:
        """Collect what only strict decoding minds, each text once."""
        if len(self.strict_errors) < _MOST_STRICT_ERRORS and all(m.message != message for m in self.strict_errors):
            self.strict_errors.append(Mistake(message, span))


class Context(NamedTuple):
    """Where a value is: the innermost struct, the names of fields down to it, and the path with indices."""

    struct: str = ""
    names: str = ""
    path: str = ""

    @property
    def field(self) -> str:
        """As messages name it: the innermost struct and the names down to the value."""
        return f"{self.struct}.{self.names}" if self.names else ""

    def member(self, struct: str, name: str) -> Context:
        """The place of a struct's field."""
        return Context(struct, _joined(self.names, name), _joined(self.path, name))

    def item(self, index: int) -> Context:
        """The place of a list's item."""
        return self._replace(path=f"{self.path}[{index}]")


GoType = Callable[[Node, Context, Decoding], Any]


def go_string(type_name: str = "string") -> GoType:
    """A string, or a named type of one."""

    def decode(node: Node, context: Context, decoding: Decoding) -> str:
        value = scalar_value(node)
        if isinstance(value, str):
            return value
        if value is not None:
            decoding.mistyped(node, context, type_name)
        return ""

    return decode


def go_bool(node: Node, context: Context, decoding: Decoding) -> bool | None:
    """A bool or a pointer to one: null is None."""
    value = scalar_value(node)
    if isinstance(value, bool) or value is None:
        return value
    decoding.mistyped(node, context, "bool")
    return None


def go_int64(node: Node, context: Context, decoding: Decoding) -> int | None:
    """An int64 or a pointer to one."""
    value = scalar_value(node)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    decoding.mistyped(node, context, "int64")
    return None


def go_slice(item: GoType, type_name: str) -> GoType:
    """A slice; null is an empty one, a null item the zero value."""

    def decode(node: Node, context: Context, decoding: Decoding) -> tuple[Any, ...]:
        if isinstance(node, Sequence):
            return tuple(item(child, context.item(index), decoding) for index, child in enumerate(node.items))
        if scalar_value(node) is not None:
            decoding.mistyped(node, context, f"[]{type_name}")
        return ()

    return decode


def go_map(item: GoType, type_name: str) -> GoType:
    """A map from strings."""

    def decode(node: Node, context: Context, decoding: Decoding) -> dict[str, Any]:
        if isinstance(node, Mapping):
            entries = members(node, decoding)
            return {name: item(value, context, decoding) for name, _, value in entries}
        if scalar_value(node) is not None:
            decoding.mistyped(node, context, f"map[string]{type_name}")
        return {}

    return decode


def go_struct(name: str, type_name: str, fields: dict[str, GoType]) -> GoType:
    """A struct: its name in field paths, its name as a type, its fields by their exact names. Gives a dict."""

    def decode(node: Node, context: Context, decoding: Decoding) -> dict[str, Any]:
        if isinstance(node, Mapping):
            return dict(_decoded(node, context, decoding, name, fields))
        if scalar_value(node) is not None:
            decoding.mistyped(node, context, type_name)
        return {}

    return decode


def _decoded(
    node: Mapping, context: Context, decoding: Decoding, struct: str, fields: dict[str, GoType]
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for name, key, value in members(node, decoding):
        path = _joined(context.path, name)
        if name not in fields:
            decoding.strict(f'unknown field "{path}"', key.span)
            continue
        if name in seen:
            decoding.strict(f'duplicate field "{path}"', key.span)
        seen.add(name)
        yield name, fields[name](value, context.member(struct, name), decoding)


def members(node: Mapping, decoding: Decoding) -> list[tuple[str, Node, Node]]:
    """Names, keys and values: of YAML merged, unique and sorted, as it becomes JSON; of JSON as they stand."""
    if decoding.ordered:
        return [(key.text, key, value) for key, value in node.entries if isinstance(key, Scalar)]
    merged = merged_entries(node)
    return [(name, *merged[name]) for name in sorted(merged)]


def merged_entries(node: Mapping) -> dict[str, tuple[Node, Node]]:
    """The entries of a YAML mapping by name, the last of a name winning; merged ones never override."""
    own: dict[str, tuple[Node, Node]] = {}
    inherited: dict[str, tuple[Node, Node]] = {}
    for key, value in node.entries:
        if is_merge(key):
            for source in value.items if isinstance(value, Sequence) else (value,):
                if isinstance(source, Mapping):
                    inherited = {**merged_entries(source), **inherited}
        elif isinstance(key, Scalar):
            own[key_text(key)] = (key, value)
    return {**inherited, **own}


def is_merge(key: Node) -> bool:
    """Whether a key is YAML 1.1's merge key."""
    return isinstance(key, Scalar) and key.text == "<<" and not key.style and key.tag is None


def key_text(key: Scalar) -> str:
    """A key as JSON has it: numbers and booleans become strings."""
    value = key.value
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else key.text if value is not None else "null"


def scalar_value(node: Node) -> Any:  # noqa: ANN401 - null, a bool, a number, a string, or the node itself
    """The value of a scalar; a list or mapping as itself, which fits no scalar type."""
    return node.value if isinstance(node, Scalar) else node


def _kind(node: Node) -> str:
    if isinstance(node, Mapping):
        return "object"
    if isinstance(node, Sequence):
        return "array"
    value = node.value
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else "string"


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
