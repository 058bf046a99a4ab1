"""A value of JSON, with the place in the text that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from auditstrap.source import Position, Span

Kind = Literal["null", "bool", "number", "string", "array", "object"]

START = Span(Position(1, 1), Position(1, 1))


class Member(NamedTuple):
    """An entry of an object; ``span`` is that of its name."""

    name: str
    value: JsonValue
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class JsonValue:
    """One value. ``text`` is a string, the literal of a number, or ``true`` or ``false``; names may repeat."""

    kind: Kind
    span: Span = START
    text: str = ""
    items: tuple[JsonValue, ...] = ()
    members: tuple[Member, ...] = ()

    def member(self, name: str) -> JsonValue | None:
        """The value of the last entry with this name."""
        return next((member.value for member in reversed(self.members) if member.name == name), None)
