"""JSON values into Go's types as sigs.k8s.io/json does it: what fits, and the words for what does not.

A decoder goes on: it collects type errors (the first is fatal) and strict errors (unknown and repeated fields).
Each decodes over the value that was there: Go keeps it for a null, and merges into it where a name repeats.

Source: ``internal/golang/encoding/json/decode.go`` of sigs.k8s.io/json.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from auditstrap.policy.go_format import quote
from auditstrap.policy.json_value import JsonValue
from auditstrap.policy.model import Dropped
from auditstrap.source import Span

_MOST_STRICT_ERRORS: Final = 100
_INTEGER: Final = re.compile("-?[0-9]+")
_INT64: Final = range(-(2**63), 2**63)


class Mistake(NamedTuple):
    """A message in Go's words and the place of the value."""

    message: str
    span: Span


class DecodingStoppedError(Exception):
    """What ends a decoding at once, before the type errors that it has collected."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


@dataclass(slots=True)
class Decoding:
    """What one decoding has met."""

    type_errors: list[Mistake] = field(default_factory=list)
    strict_errors: dict[str, None] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)

    def mistyped(self, value: JsonValue, context: Context, type_name: str) -> None:
        """Collect that a value does not fit a type."""
        self.type_errors.append(mistyped(value, context, type_name))

    def strict(self, problem: str, dropped: Dropped) -> None:
        """Collect what only strict decoding minds, each text once."""
        self.dropped.append(dropped)
        if len(self.strict_errors) < _MOST_STRICT_ERRORS:
            self.strict_errors[f"{problem} {quote(dropped.path)}"] = None


def mistyped(value: JsonValue, context: Context, type_name: str, found: str = "") -> Mistake:
    """That a value does not fit a type; ``found`` is what Go calls it, where that is more than its kind."""
    where = f"Go struct field {context.field}" if context.field else "Go value"
    return Mistake(f"json: cannot unmarshal {found or value.kind} into {where} of type {type_name}", value.span)


class Context(NamedTuple):
    """Where a value is: the innermost struct, the names of fields down to it, and the path with indices."""

    struct: str = ""
    names: str = ""
    path: str = ""

    @property
    def field(self) -> str:
        """As messages name it: the innermost struct and the names down to the value."""
        return f"{self.struct}.{self.names}" if self.names else ""

    def member(self, struct: str, name: str, embedded: str = "") -> Context:
        """The place of a struct's field; messages name the struct that embeds it too."""
        names = f"{embedded}.{name}" if embedded else name
        return Context(struct, joined(self.names, names), joined(self.path, name))

    def entry(self, name: str) -> Context:
        """The place of a map's value."""
        return self._replace(path=joined(self.path, name))

    def item(self, index: int) -> Context:
        """The place of a list's item."""
        return self._replace(path=f"{self.path}[{index}]")


GoType = Callable[[JsonValue, Context, Decoding, Any], Any]
"""Gives the decoded value from the JSON, its place, and the value that was there; None is each type's zero."""


def go_string(type_name: str = "string") -> GoType:
    """A string, or a named type of one."""

    def decode(value: JsonValue, context: Context, decoding: Decoding, old: str | None) -> str:
        if value.kind == "string":
            return value.text
        if value.kind != "null":
            decoding.mistyped(value, context, type_name)
        return old or ""

    return decode


def go_bool(value: JsonValue, context: Context, decoding: Decoding, old: bool | None) -> bool | None:  # noqa: FBT001
    """A bool."""
    return old if value.kind == "null" else go_bool_pointer(value, context, decoding, None)


def go_bool_pointer(value: JsonValue, context: Context, decoding: Decoding, _: object) -> bool | None:
    """A pointer to a bool: null is None."""
    if value.kind == "bool":
        return value.text == "true"
    if value.kind != "null":
        decoding.mistyped(value, context, "bool")
    return None


def go_integer(type_name: str, limits: range = _INT64) -> GoType:
    """An integer or a pointer to one; its value counts for nothing here."""

    def decode(value: JsonValue, context: Context, decoding: Decoding, _: object) -> None:
        if value.kind == "number":
            if not _fits(value.text, limits):
                decoding.type_errors.append(mistyped(value, context, type_name, f"number {value.text}"))
        elif value.kind != "null":
            decoding.mistyped(value, context, type_name)

    return decode


def _fits(literal: str, limits: range) -> bool:
    return bool(_INTEGER.fullmatch(literal)) and len(literal) <= len(str(_INT64.start)) and int(literal) in limits


@dataclass(slots=True)
class GoSlice:
    """A slice: its items, and how many of them it shows; Go decodes over what lies hidden behind its end."""

    memory: list[Any]
    length: int

    @property
    def items(self) -> tuple[Any, ...]:
        """The items that it shows."""
        return tuple(self.memory[: self.length])


def go_slice(item: GoType, type_name: str) -> GoType:
    """A slice; null is an empty one, a null item the zero value."""

    def decode(value: JsonValue, context: Context, decoding: Decoding, old: GoSlice | None) -> GoSlice:
        if value.kind != "array":
            if value.kind != "null":
                decoding.mistyped(value, context, f"[]{type_name}")
            return GoSlice([], 0)
        memory = list(old.memory) if old and value.items else []
        for index, child in enumerate(value.items):
            known = memory[index] if index < len(memory) else None
            memory[index : index + 1] = [item(child, context.item(index), decoding, known)]
        return GoSlice(memory, len(value.items))

    return decode


def go_map(item: GoType, type_name: str) -> GoType:
    """A map from strings; its values count for nothing here."""

    def decode(value: JsonValue, context: Context, decoding: Decoding, _: object) -> None:
        if value.kind == "object":
            seen: dict[str, Span] = {}
            for name, child, span in value.members:
                if name in seen:
                    path = joined(context.path, name)
                    decoding.strict("duplicate field", Dropped("repeated", name, path, seen[name], span))
                seen[name] = span
                item(child, context.entry(name), decoding, None)
        elif value.kind != "null":
            decoding.mistyped(value, context, f"map[string]{type_name}")

    return decode


def go_struct(
    name: str, package: str, fields: Mapping[str, GoType], embedded: Mapping[str, str] | None = None
) -> GoType:
    """A struct by its name and package, and its fields by their exact names. Gives a dict.

    ``embedded`` names the struct within it that has a field, for those fields that are not its own.
    """
    outer = embedded or {}

    def decode(value: JsonValue, context: Context, decoding: Decoding, old: dict[str, Any] | None) -> dict[str, Any]:
        if value.kind != "object":
            if value.kind != "null":
                decoding.mistyped(value, context, f"{package}.{name}")
            return old or {}
        decoded = dict(old or {})
        seen: dict[str, Span] = {}
        for key, child, span in value.members:
            path = joined(context.path, key)
            if key not in fields:
                decoding.strict("unknown field", Dropped("unknown", key, path, span))
                continue
            if key in seen:
                decoding.strict("duplicate field", Dropped("repeated", key, path, seen[key], span))
            seen[key] = span
            place = context.member(name, key, outer.get(key, ""))
            decoded[key] = fields[key](child, place, decoding, decoded.get(key))
        return decoded

    return decode


def joined(path: str, name: str) -> str:
    """A path with one name more."""
    return f"{path}.{name}" if path else name
