"""How Go writes values: ``%q``, ``%#v``, and the numbers of ``strconv`` and ``encoding/json``."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from typing import Final

_ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
_HTML_ESCAPES: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_ASCII_END: Final = 0x80
_BASIC_PLANE_END: Final = 0xFFFF
_MOST_DIGITS: Final = 17


def quote(text: str) -> str:
    """A string as ``strconv.Quote`` and ``%q`` write it."""
    return '"' + "".join(map(_escaped, text)) + '"'


def quoted_byte(byte: int) -> str:
    """A byte as the errors of ``encoding/json`` show it: as if it were a character, in single quotes."""
    shown = {"'": "\\'", '"': '"'}.get(chr(byte)) or _escaped(chr(byte))
    return f"'{shown}'"


def json_text(value: str | Sequence[str]) -> str:
    """A string or a list of them as ``encoding/json`` writes it, safe within HTML."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_HTML_ESCAPES)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character == " " or character.isprintable():
        return character
    code = ord(character)
    if code < _ASCII_END:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _BASIC_PLANE_END else f"\\U{code:08x}"


def json_number(value: float) -> str:
    """A number as ``encoding/json`` writes it. Raises ValueError, in Go's words, for an infinity and for NaN."""
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise ValueError(f"json: unsupported value: {general(value)}")
    size = abs(value)
    if size != 0 and (size < 1e-6 or size >= 1e21):  # noqa: PLR2004 - the limits of ES6
        digits, exponent = _shortest(repr(size))
        mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
        return f"{_sign(value)}{mantissa}e{exponent:+d}"
    return _sign(value) + _fixed(*_shortest(repr(size)))


def general(value: float) -> str:
    """A float64 as ``strconv.FormatFloat(value, 'g', -1, 64)`` writes it."""
    return _general(value, repr(abs(value)))


def general_32(value: float) -> str:
    """A float64 as ``strconv.FormatFloat(value, 'g', -1, 32)`` writes it, which sees it as a float32."""
    try:
        (single,) = struct.unpack("f", struct.pack("f", value))
    except OverflowError:
        return "+Inf" if value > 0 else "-Inf"
    for digits in range(1, _MOST_DIGITS):
        shown = f"{abs(value):.{digits}g}"
        if struct.pack("f", float(shown)) == struct.pack("f", abs(single)):
            return _general(single, shown)
    return _general(single, repr(abs(single)))


def _general(value: float, shortest: str) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    digits, exponent = _shortest(shortest)
    if -4 <= exponent < 6:  # noqa: PLR2004 - the precision that strconv assumes for the shortest form
        return _sign(value) + _fixed(digits, exponent)
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    return f"{_sign(value)}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _sign(value: float) -> str:
    return "-" if math.copysign(1, value) < 0 else ""


def _shortest(shown: str) -> tuple[str, int]:
    """The digits of a number that Python wrote, and the exponent of the first."""
    mantissa, _, power = shown.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent = int(power or 0) + len(whole) - 1 - (len(whole + fraction) - len(digits))
    return digits.rstrip("0") or "0", exponent if digits else 0


def _fixed(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return f"{whole}.{digits[exponent + 1 :]}" if len(digits) > exponent + 1 else whole
