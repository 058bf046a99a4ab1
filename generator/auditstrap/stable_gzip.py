"""gzip with the same bytes on every machine.

What zlib makes of a text depends on its build (zlib, zlib-ng, Intel's), so a rendered file would change with the
interpreter. This is deflate with the fixed Huffman codes and greedy matching (RFC 1951, 1952): a little larger,
never different.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_SHORTEST: Final = 3
_LONGEST: Final = 258
_WINDOW: Final = 32_768
_CHAIN: Final = 64
"""How many earlier places a match is looked for at."""

_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_END_OF_BLOCK: Final = 256


def _bases(first: int, extra_bits: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    bases, value = [], first
    for bits in extra_bits:
        bases.append((value, bits))
        value += 1 << bits
    return tuple(bases)


_LENGTHS: Final = (*_bases(3, (0,) * 8 + tuple(n for n in range(1, 6) for _ in range(4)))[:-1], (227, 5), (258, 0))
_DISTANCES: Final = _bases(1, (0, 0, *(n for n in range(14) for _ in range(2))))
_LENGTH_CODE: Final = {
    length: (257 + index, bits, length - base)
    for index, (base, bits) in enumerate(_LENGTHS)
    for length in range(base, min(base + (1 << bits), _LONGEST + 1))
}


@lru_cache(maxsize=64)
def compress(data: bytes) -> bytes:
    """A gzip member with this content and no time in it."""
    body = _bits(_symbols(data))
    return _GZIP_HEADER + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def _symbols(data: bytes) -> Iterator[tuple[int, int]]:
    """The content as (length, distance) of a match, or (byte, 0)."""
    places: dict[bytes, list[int]] = {}
    position = 0
    while position < len(data):
        length, distance = _longest_match(data, position, places)
        step = length if distance else 1
        yield (length, distance) if distance else (data[position], 0)
        for start in range(position, position + step):
            places.setdefault(data[start : start + _SHORTEST], []).append(start)
        position += step


def _longest_match(data: bytes, position: int, places: dict[bytes, list[int]]) -> tuple[int, int]:
    best = (0, 0)
    limit = min(_LONGEST, len(data) - position)
    for start in reversed(places.get(data[position : position + _SHORTEST], ())[-_CHAIN:]):
        if limit < _SHORTEST or position - start > _WINDOW:
            break
        length = _common(data, start, position, limit)
        if length > best[0]:
            best = (length, position - start)
    return best


def _common(data: bytes, start: int, position: int, limit: int) -> int:
    length = _SHORTEST
    while length < limit and data[start + length] == data[position + length]:
        length += 1
    return length


def _bits(symbols: Iterator[tuple[int, int]]) -> bytes:
    """One final block with the fixed codes; bits fill each byte from its low end."""
    codes = [(0b011, 3)]
    for value, distance in symbols:
        codes.extend(_match_codes(value, distance) if distance else [_huffman(value)])
    codes.append(_huffman(_END_OF_BLOCK))
    text = "".join(format(code, f"0{width}b")[::-1] for code, width in codes if width)
    padded = text + "0" * (-len(text) % 8)
    return int(padded[::-1], 2).to_bytes(len(padded) // 8, "little")


def _match_codes(length: int, distance: int) -> list[tuple[int, int]]:
    symbol, extra, rest = _LENGTH_CODE[length]
    index = next(i for i, (base, bits) in enumerate(_DISTANCES) if distance < base + (1 << bits))
    base, bits = _DISTANCES[index]
    return [_huffman(symbol), (rest, extra), (_reversed(index, 5), 5), (distance - base, bits)]


def _huffman(symbol: int) -> tuple[int, int]:
    for first, last, code, width in _FIXED_CODES:
        if first <= symbol <= last:
            return _reversed(code + symbol - first, width), width
    raise ValueError(symbol)


_FIXED_CODES: Final = ((0, 143, 0x30, 8), (144, 255, 0x190, 9), (256, 279, 0, 7), (280, 287, 0xC0, 8))


def _reversed(code: int, width: int) -> int:
    return int(format(code, f"0{width}b")[::-1], 2)
