"""YAML nodes into JSON values as go-yaml v2 and sigs.k8s.io/yaml do it: merges, aliases, keys that repeat.

Sources: ``decode.go`` and ``resolve.go`` of go.yaml.in/yaml/v2, ``yaml.go`` of sigs.k8s.io/yaml. The nodes are at
most ``source.MAX_DEPTH`` deep, so that this may recurse.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from auditstrap.policy.go_bytes import utf8
from auditstrap.policy.go_format import general, general_32, json_number, quote
from auditstrap.policy.json_value import JsonValue, Member
from auditstrap.scalars import ScalarValue, resolve
from auditstrap.source import Mapping, Node, Scalar, Sequence, Span

_TAG: Final = "tag:yaml.org,2002:"
_RESOLVED_TAGS: Final = frozenset(_TAG + name for name in ("bool", "int", "float", "null", "timestamp"))
_TIMESTAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"([Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})"
    r"| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]+)?)?"
)
_INT64_MAX: Final = 2**63 - 1

_FEW_DECODED: Final = 1000
_FEW_ALIASED: Final = 100
_RATIO_FALLS_FROM: Final = 400_000
_RATIO_FALLS_TO: Final = 4_000_000


class YamlError(ValueError):
    """YAML that go-yaml parses and cannot decode; ``str()`` is its own text."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


class Repeated(NamedTuple):
    """A key that was set before: its path, where it stood, where it stands again, and what strict reading says."""

    name: str
    path: str
    earlier: Span
    later: Span
    message: str


class Decoded(NamedTuple):
    """A JSON value whose names are unique and sorted, and the keys of the YAML that were not."""

    value: JsonValue
    repeated: tuple[Repeated, ...]


def decode_yaml(root: Node) -> Decoded:
    """The JSON that a document becomes. Raises YamlError."""
    decoder = _Decoder()
    value = decoder.value(root, None, "")
    return Decoded(_Converter().converted(value), tuple(decoder.repeated))


class _Key(NamedTuple):
    """A key of a mapping by its type and value: 1, 1.0, true and "1" are four keys."""

    type: type
    value: ScalarValue


class _Entry(NamedTuple):
    span: Span
    value: _Value


@dataclass(slots=True, eq=False)
class _List:
    items: list[_Value]
    span: Span


@dataclass(slots=True, eq=False)
class _Map:
    entries: dict[_Key, _Entry]
    span: Span


class _Atom(NamedTuple):
    value: ScalarValue
    span: Span


_Value = _Atom | _List | _Map
_Place = tuple[int, int] | None


class _Decoder:
    """Counts what it decodes, and of that what aliases made it decode again, as go-yaml's limit has it."""

    def __init__(self) -> None:
        self.repeated: list[Repeated] = []
        self._decoded = 0
        self._aliased = 0
        self._alias_depth = 0
        self._homes: dict[int, _Place] = {}

    def value(self, node: Node, place: _Place, path: str) -> _Value:
        if self._is_alias(node, place):
            with_alias = self._enter_alias(node)
            value = self.value(node, self._homes[id(node)], path)
            self._alias_depth -= with_alias
            return value
        self._count(node)
        if isinstance(node, Scalar):
            return _Atom(_scalar(node), node.span)
        if isinstance(node, Sequence):
            items = [self.value(item, (id(node), i), f"{path}[{i}]") for i, item in enumerate(node.items)]
            return _List(items, node.span)
        mapping = _Map({}, node.span)
        self._fill(mapping, node, path)
        return mapping

    def _is_alias(self, node: Node, place: _Place) -> bool:
        """A node's first place is that of its anchor; at any other place stands an alias."""
        return self._homes.setdefault(id(node), place) != place

    def _enter_alias(self, node: Node) -> int:
        self._count(node)
        self._alias_depth += 1
        return 1

    def _count(self, node: Node) -> None:
        self._decoded += 1
        if self._alias_depth:
            self._aliased += 1
            if (
                self._aliased > _FEW_ALIASED
                and self._decoded > _FEW_DECODED
                and self._aliased / self._decoded > _allowed_ratio(self._decoded)
            ):
                raise YamlError("document contains excessive aliasing", node.span)

    def _fill(self, mapping: _Map, node: Mapping, path: str) -> None:
        for index, (key, value) in enumerate(node.entries):
            place, key_place = (id(node), 2 * index + 1), (id(node), 2 * index)
            if _is_merge(key) and not self._is_alias(key, key_place):
                self._merge(mapping, value, place, path)
                continue
            name = self._key(key, key_place)
            inner = f"{path}.{_shown(name)}" if path else _shown(name)
            start = key.span.end if self._is_alias(value, place) else value.span.start
            self._set(mapping, name, _Entry(key.span, self.value(value, place, inner)), inner, start.line)

    def _set(self, mapping: _Map, key: _Key, entry: _Entry, path: str, line: int) -> None:
        earlier = mapping.entries.get(key)
        if earlier is not None and not _is_nan(key.value):
            message = f"line {line}: key {_go_syntax(key.value)} already set in map"
            self.repeated.append(Repeated(_shown(key), path, earlier.span, entry.span, message))
        mapping.entries[key] = entry

    def _key(self, node: Node, place: _Place) -> _Key:
        decoded = self.value(node, place, "")
        if not isinstance(decoded, _Atom):
            raise YamlError(f"invalid map key: {_go_syntax_of(decoded)}", node.span)
        return _Key(type(decoded.value), decoded.value)

    def _merge(self, mapping: _Map, node: Node, place: _Place, path: str) -> None:
        if isinstance(node, Mapping):
            self._merge_one(mapping, node, place, path)
            return
        if not isinstance(node, Sequence):
            raise YamlError("map merge requires map or sequence of maps as the value", node.span)
        if self._is_alias(node, place):
            raise YamlError("map merge requires map or sequence of maps as the value", node.span)
        for index in reversed(range(len(node.items))):
            item = node.items[index]
            if not isinstance(item, Mapping):
                raise YamlError("map merge requires map or sequence of maps as the value", item.span)
            self._merge_one(mapping, item, (id(node), index), path)

    def _merge_one(self, mapping: _Map, node: Mapping, place: _Place, path: str) -> None:
        is_alias = self._is_alias(node, place)
        depth = self._enter_alias(node) if is_alias else 0
        self._count(node)
        self._fill(mapping, node, path)
        self._alias_depth -= depth


def _is_nan(value: ScalarValue) -> bool:
    """Whether a key is one that Go's maps never find again."""
    return isinstance(value, float) and math.isnan(value)


def _allowed_ratio(decoded: int) -> float:
    """The share that aliases may have: small texts may be almost all aliases, large ones hardly."""
    if decoded <= _RATIO_FALLS_FROM:
        return 0.99
    if decoded >= _RATIO_FALLS_TO:
        return 0.10
    return 0.99 - 0.89 * ((decoded - _RATIO_FALLS_FROM) / (_RATIO_FALLS_TO - _RATIO_FALLS_FROM))


def _is_merge(key: Node) -> bool:
    if not isinstance(key, Scalar) or key.text != "<<":
        return False
    return key.tag == f"{_TAG}merge" or (key.tag in {None, "!"} and not key.style)


def _scalar(node: Scalar) -> ScalarValue:
    if node.tag == f"{_TAG}binary":
        return _binary(node)
    if node.tag not in _RESOLVED_TAGS:
        return node.value if node.tag is None else node.text
    value = resolve(node.text, plain=True, tag=None)
    if node.tag == f"{_TAG}timestamp" and _TIMESTAMP.fullmatch(node.text):
        return node.text
    found = _tag_of(value)
    if node.tag == f"{_TAG}{found}":
        return value
    if node.tag == f"{_TAG}float" and isinstance(value, int) and not isinstance(value, bool) and value <= _INT64_MAX:
        return float(value)
    asked = node.tag.removeprefix(_TAG)
    raise YamlError(f"cannot decode !!{found} `{node.text}` as a !!{asked}", node.span)


def _tag_of(value: ScalarValue) -> str:
    names = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null"}
    return names[type(value)]


def _binary(node: Scalar) -> str:
    text = node.text.replace("\r", "").replace("\n", "")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise YamlError("!!binary value contains invalid base64 data", node.span) from None
    return utf8(data)


class _Converter:
    """What JSON has no place for is refused in two steps: keys that are no strings first, then infinities and NaN."""

    def __init__(self) -> None:
        self._unsupported: YamlError | None = None

    def converted(self, root: _Value) -> JsonValue:
        value = self._convert(root)
        if self._unsupported is not None:
            raise self._unsupported
        return value

    def _convert(self, value: _Value) -> JsonValue:
        if isinstance(value, _Map):
            names = {_name(key, entry): entry for key, entry in value.entries.items()}
            members = (Member(name, self._convert(names[name].value), names[name].span) for name in sorted(names))
            return JsonValue("object", value.span, members=tuple(members))
        if isinstance(value, _List):
            return JsonValue("array", value.span, items=tuple(map(self._convert, value.items)))
        return self._atom(value)

    def _atom(self, atom: _Atom) -> JsonValue:
        value, span = atom
        if value is None:
            return JsonValue("null", span)
        if isinstance(value, bool):
            return JsonValue("bool", span, "true" if value else "false")
        if isinstance(value, str):
            return JsonValue("string", span, value)
        try:
            return JsonValue("number", span, json_number(value))
        except ValueError as error:
            self._unsupported = self._unsupported or YamlError(str(error), span)
            return JsonValue("number", span, "0")


def _name(key: _Key, entry: _Entry) -> str:
    value = key.value
    if value is None or (isinstance(value, int) and value > _INT64_MAX):
        shown = f"%!s(<nil>), key: {_go_syntax(value)}" if value is None else f"uint64, key: {_go_syntax(value)}"
        nil = isinstance(entry.value, _Atom) and entry.value.value is None
        shown_value = "<nil>" if nil else _go_syntax_of(entry.value)
        raise YamlError(f"unsupported map key of type: {shown}, value: {shown_value}", entry.span)
    return _shown(key)


def _shown(key: _Key) -> str:
    """A key as a name in JSON."""
    value = key.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        words = {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}
        shown = general_32(value) if math.isfinite(value) else general(value)
        return words.get(shown, shown)
    return str(value)


def _go_syntax(value: ScalarValue) -> str:
    """A scalar as ``%#v`` writes it."""
    if value is None:
        return "<nil>"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return general(value)
    return str(value) if value <= _INT64_MAX else hex(value)


def _go_syntax_of(value: _Value) -> str:
    if isinstance(value, _Atom):
        shown = _go_syntax(value.value)
        return "interface {}(nil)" if shown == "<nil>" else shown
    if isinstance(value, _List):
        return f"[]interface {{}}{{{', '.join(map(_go_syntax_of, value.items))}}}"
    ordered = sorted(value.entries.items(), key=lambda entry: str(entry[0].value))
    shown = ", ".join(
        f"{_go_syntax_of(_Atom(key.value, entry.span))}:{_go_syntax_of(entry.value)}" for key, entry in ordered
    )
    return f"map[interface {{}}]interface {{}}{{{shown}}}"
