"""Bytes into the characters of a YAML stream, and what go-yaml says of those that are none.

Source: ``readerc.go`` of go.yaml.in/yaml/v2.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_UTF16_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_CONTROL: Final = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCK: Final = 512
_LEADS: Final = {2: (0xE0, 0xC0), 3: (0xF0, 0xE0), 4: (0xF8, 0xF0)}
_TRAILING_MASK: Final = 0xC0
_TRAILING: Final = 0x80
_SMALLEST: Final = {2: 0x80, 3: 0x800, 4: 0x10000}
"""By the number of octets, the smallest character that takes so many."""


class Characters(NamedTuple):
    """The characters before the first that is none, and what go-yaml says of that one; "" where all are good.

    ``read`` are those that go-yaml has read whenever it does not come to the bad one: it reads block by block.
    """

    good: str
    problem: str = ""
    read: str = ""


def read_characters(data: bytes) -> Characters:
    """The characters of UTF-8, or of UTF-16 with a byte order mark."""
    encoding = _UTF16_MARKS.get(data[:2], "utf-8")
    mark = 2 if encoding != "utf-8" else 3 if data.startswith(b"\xef\xbb\xbf") else 0
    body = data[mark:]
    try:
        text, problem = body.decode(encoding), ""
    except UnicodeDecodeError as error:
        text, problem = body[: error.start].decode(encoding), _problem(body[error.start :], encoding)
    if control := _CONTROL.search(text):
        text, problem = text[: control.start()], "control characters are not allowed"
    if not problem:
        return Characters(text)
    offset = mark + len(text.encode(encoding))
    block = data[mark : max(mark, offset - offset % _BLOCK)]
    return Characters(text, problem, block.decode(encoding, "ignore"))


def _problem(rest: bytes, encoding: str) -> str:
    return _utf8_problem(rest) if encoding == "utf-8" else _utf16_problem(rest, encoding)


def _utf16_problem(rest: bytes, encoding: str) -> str:
    if len(rest) == 1:
        return "incomplete UTF-16 character"
    unit = int.from_bytes(rest[:2], "little" if encoding.endswith("le") else "big")
    if unit >= 0xDC00:  # noqa: PLR2004 - where the low surrogates begin
        return "unexpected low surrogate area"
    incomplete = len(rest) < 4  # noqa: PLR2004 - two code units
    return "incomplete UTF-16 surrogate pair" if incomplete else "expected low surrogate area"


def _utf8_problem(rest: bytes) -> str:
    """What is wrong with a sequence that Python would not decode, by its first byte."""
    width = next((width for width, (mask, lead) in _LEADS.items() if rest[0] & mask == lead), 0)
    if not width:
        return "invalid leading UTF-8 octet"
    if width > len(rest):
        return "incomplete UTF-8 octet sequence"
    value = rest[0] & (0x7F >> width)
    for octet in rest[1:width]:
        if octet & _TRAILING_MASK != _TRAILING:
            return "invalid trailing UTF-8 octet"
        value = value << 6 | octet & 0x3F
    return "invalid length of a UTF-8 sequence" if value < _SMALLEST[width] else "invalid Unicode character"


def utf8(data: bytes) -> str:
    """Bytes as Go shows and writes them as text: each that is no UTF-8 is U+FFFD."""
    text = data.decode("utf-8", "surrogateescape")
    return text if text.isascii() else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
