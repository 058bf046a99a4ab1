"""What a YAML scalar means to Kubernetes.

kube-apiserver and kubeadm read YAML with go.yaml.in/yaml/v2, a YAML 1.1 reader whose rules (its ``resolve.go``)
differ from PyYAML's: ``y`` is a bool, ``1e3`` and ``08`` are numbers, dates and sexagesimals are strings.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import Final

ScalarValue = None | bool | int | float | str

_STRING_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str"})
_BINARY_TAG: Final = "tag:yaml.org,2002:binary"
_CORE_TAG: Final = "tag:yaml.org,2002:"

_WORDS: Final[dict[str, ScalarValue]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_INTEGER: Final = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_SIGNED_BINARY: Final = re.compile("0b([-+][01]{1,63})")
_BASES: Final = (16, 2, 8, 10)
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_POINTED: Final = re.compile(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
_MOST_DIGITS: Final = 64
_INT64_MIN: Final = -(2**63)
_UINT64_MAX: Final = 2**64 - 1


def resolve(text: str, *, plain: bool, tag: str | None) -> ScalarValue:
    """The value of a scalar with this content, quoted or plain, and this explicit tag or none.

    A tag of one's own (``!foo``) is ignored; ``!!binary`` is decoded, and kept as it is where it does not decode.
    """
    if tag == _BINARY_TAG:
        return _decoded(text)
    if tag is None:
        return _plain(text) if plain else text
    return _plain(text) if tag.startswith(_CORE_TAG) and tag not in _STRING_TAGS else text


def _plain(text: str) -> ScalarValue:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if text[0] == ".":
        return float(text) if _POINTED.fullmatch(text) and math.isfinite(float(text)) else text
    digits = text.replace("_", "")
    if match := _INTEGER.fullmatch(digits):
        return _integer(match)
    if match := _SIGNED_BINARY.fullmatch(digits):
        return int(match[1], 2)
    return float(digits) if _FLOAT.fullmatch(digits) and math.isfinite(float(digits)) else text


def _integer(match: re.Match[str]) -> int | float | str:
    sign, *magnitudes = match.groups()
    base, magnitude = next((b, m) for b, m in zip(_BASES, magnitudes, strict=True) if m is not None)
    if len(magnitude) <= _MOST_DIGITS:
        value = int(sign + magnitude, base)
        if _INT64_MIN <= value <= _UINT64_MAX:
            return value
    return float(match[0]) if _FLOAT.fullmatch(match[0]) and math.isfinite(float(match[0])) else match[0]


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text
