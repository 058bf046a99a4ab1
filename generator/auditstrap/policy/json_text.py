"""JSON text as values with their places, and the errors of ``encoding/json`` in its words.

Source: Go's ``src/encoding/json/scanner.go``. Bytes that are no UTF-8 stand in the text as surrogate escapes.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Final, Literal

from auditstrap.policy.go_format import quoted_byte
from auditstrap.policy.json_value import JsonValue, Member
from auditstrap.source import Position, Span

MAX_DEPTH: Final = 10_000

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_HEX: Final = re.compile(r"[0-9a-fA-F]{0,4}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[str, tuple[str, Literal["bool", "null"]]]] = {
    "t": ("true", "bool"),
    "f": ("false", "bool"),
    "n": ("null", "null"),
}


class JsonSyntaxError(ValueError):
    """Text that is not JSON; ``str()`` is Go's own text, ``position`` the place."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message)
        self.position = position


def parse_json(text: str) -> JsonValue:
    """The one value that a text is. Raises JsonSyntaxError."""
    return _Parser(text).document()


class _Open:
    """An object or array whose end has not come yet."""

    __slots__ = ("children", "is_object", "start")

    def __init__(self, start: int, *, is_object: bool) -> None:
        self.start = start
        self.is_object = is_object
        self.children: list[JsonValue] = []


class _Parser:
    """Keeps its own stack: text may nest deeper than Python may recurse."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[_Open] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> JsonValue:
        value = self._value()
        while self._open or value is None:
            value = self._next(value)
        self._skip_space()
        if self._at < len(self._text):
            raise self._unexpected("after top-level value")
        return value

    def _next(self, value: JsonValue | None) -> JsonValue | None:
        """What follows a value in the innermost collection: another value, or the collection at its end.

        None stands for a collection that has just begun.
        """
        top = self._open[-1]
        if value is not None:
            top.children.append(value)
        self._skip_space()
        character = self._peek()
        if top.is_object and value is not None and len(top.children) % 2:
            self._take(":", "after object key")
            return self._value()
        if character == ("}" if top.is_object else "]"):
            self._at += 1
            return self._closed(self._open.pop())
        if value is not None:
            self._take(",", "after object key:value pair" if top.is_object else "after array element")
        return self._key() if top.is_object else self._value()

    def _closed(self, top: _Open) -> JsonValue:
        span = self._span(top.start)
        if not top.is_object:
            return JsonValue("array", span, items=tuple(top.children))
        pairs = zip(top.children[::2], top.children[1::2], strict=True)
        return JsonValue("object", span, members=tuple(Member(key.text, value, key.span) for key, value in pairs))

    def _key(self) -> JsonValue:
        self._skip_space()
        if self._peek() != '"':
            raise self._unexpected("looking for beginning of object key string")
        return self._string()

    def _value(self) -> JsonValue | None:
        self._skip_space()
        character = self._peek()
        if character in "{[":
            self._opened(is_object=character == "{")
            return None
        if character == '"':
            return self._string()
        if character in "-0123456789":
            return self._number()
        if character in _WORDS:
            return self._word(*_WORDS[character])
        raise self._unexpected("looking for beginning of value")

    def _opened(self, *, is_object: bool) -> None:
        if len(self._open) == MAX_DEPTH:
            raise JsonSyntaxError("exceeded max depth", self._position(self._at))
        self._open.append(_Open(self._at, is_object=is_object))
        self._at += 1

    def _string(self) -> JsonValue:
        start, match = self._at, _STRING.match(self._text, self._at)
        self._at = match.end() if match else start
        if self._peek() != '"':
            raise self._bad_string()
        self._at += 1
        token = self._text[start : self._at]
        content = json.loads(token) if "\\" in token else token[1:-1]
        return JsonValue("string", self._span(start), _SURROGATE.sub("\ufffd", content))

    def _bad_string(self) -> JsonSyntaxError:
        if self._peek() != "\\":
            return self._unexpected("in string literal")
        self._at += 1
        if self._text[self._at : self._at + 1] != "u":
            return self._unfinished("in string escape code")
        digits = _HEX.match(self._text, self._at + 1)
        self._at = digits.end() if digits else self._at
        return self._unfinished("in \\u hexadecimal character escape")

    def _number(self) -> JsonValue:
        start, match = self._at, _NUMBER.match(self._text, self._at)
        if match is None:
            self._at += 1
            raise self._unfinished("in numeric literal")
        self._at = match.end()
        fraction, exponent = match.groups()
        following = self._text[self._at : self._at + 1]
        if exponent is None and following in {"e", "E"}:
            self._at += 2 if self._text[self._at + 1 : self._at + 2] in {"+", "-"} else 1
            raise self._unfinished("in exponent of numeric literal")
        if fraction is None and exponent is None and following == ".":
            self._at += 1
            raise self._unfinished("after decimal point in numeric literal")
        return JsonValue("number", self._span(start), match[0])

    def _word(self, word: str, kind: Literal["bool", "null"]) -> JsonValue:
        start = self._at
        for expected in word:
            if self._text[self._at : self._at + 1] != expected:
                raise self._unfinished(f"in literal {word} (expecting '{expected}')")
            self._at += 1
        return JsonValue(kind, self._span(start), word)

    def _take(self, wanted: str, context: str) -> None:
        if self._peek() != wanted:
            raise self._unexpected(context)
        self._at += 1

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _peek(self) -> str:
        if self._at >= len(self._text):
            raise JsonSyntaxError("unexpected end of JSON input", self._position(len(self._text)))
        return self._text[self._at]

    def _unexpected(self, context: str) -> JsonSyntaxError:
        byte = self._peek().encode("utf-8", "surrogateescape")[0]
        return JsonSyntaxError(f"invalid character {quoted_byte(byte)} {context}", self._position(self._at))

    def _unfinished(self, context: str) -> JsonSyntaxError:
        """Within a literal, Go takes the end of the text for a space."""
        if self._at < len(self._text):
            return self._unexpected(context)
        return JsonSyntaxError(f"invalid character ' ' {context}", self._position(self._at))

    def _span(self, start: int) -> Span:
        return Span(self._position(start), self._position(self._at))

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._lines, offset)
        return Position(line, offset - self._lines[line - 1] + 1)
