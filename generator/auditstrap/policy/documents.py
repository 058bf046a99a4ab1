"""The bytes of a policy file as nodes, by the rules of kube-apiserver: the first document, YAML or JSON."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NamedTuple

from auditstrap.policy.go_json import is_merge, key_text, merged_entries
from auditstrap.policy.model import PolicyError
from auditstrap.source import Mapping, Node, Position, Scalar, Sequence, SourceError, Span, documents

_START: Final = Span(Position(1, 1), Position(1, 1))
_YAML_VERSION: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%YAML[ \t]+(\S+)")
_PREFIX: Final = "failed decoding: "
_JSON_PREFIX: Final = "couldn't get version/kind; json parse error: "


class Root(NamedTuple):
    """The root of a policy text (None where it is empty), whether it is JSON, and what strict YAML says of its keys."""

    node: Node | None
    is_json: bool
    repeated: str


def read_root(text: str | bytes) -> Root:
    """The root of the first document. Raises PolicyError in kube-apiserver's words."""
    source = _decoded(text)
    if source.lstrip().startswith("{"):
        return Root(_json(source), is_json=True, repeated="")
    if (directive := _YAML_VERSION.match(source)) and directive[1] != "1.1":
        raise PolicyError(f"{_PREFIX}yaml: found incompatible YAML document")
    try:
        node = next((document.root for document in documents(source)), None)
        if node is not None:
            _refuse_unsupported(node)
    except SourceError as error:
        raise PolicyError(f"{_PREFIX}yaml: {_go_yaml(error)}", span=Span(error.position, error.position)) from None
    except RecursionError:
        raise PolicyError(f"{_PREFIX}yaml: exceeded max depth of 10000") from None
    return Root(node, is_json=False, repeated=_repeated_keys(node) if node else "")


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    encoding = "utf-16" if text[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        words = (
            "incomplete UTF-8 octet sequence"
            if error.reason == "unexpected end of data"
            else "invalid leading UTF-8 octet"
        )
        raise PolicyError(f"{_PREFIX}yaml: {words}") from None


def _go_yaml(error: SourceError) -> str:
    """go-yaml counts a parser's lines from 0 and a scanner's from 1, and leaves line 0 out."""
    line = error.position.line if error.scanner else error.position.line - 1
    if "anchor" in error.problem or "is not allowed in YAML" in error.problem or error.position.line == 1:
        line = 0
    words = "control characters are not allowed" if "is not allowed in YAML" in error.problem else error.problem
    return f"line {line}: {words}" if line else words


def _refuse_unsupported(root: Node) -> None:
    """Infinity and NaN have no JSON, and are refused wherever they stand."""
    seen: set[int] = set()
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            value = node.value
            if isinstance(value, float) and not math.isfinite(value):
                shown = "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
                raise PolicyError(f"{_PREFIX}json: unsupported value: {shown}", span=node.span)
        elif isinstance(node, Sequence):
            stack.extend(reversed(node.items))
        else:
            stack.extend(child for entry in reversed(node.entries) for child in entry)


def _repeated_keys(root: Node) -> str:
    """What go-yaml's strict reading says of keys that are set twice, by hand or by a merge."""
    found: list[str] = []
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Sequence):
            stack.extend(reversed(node.items))
        elif isinstance(node, Mapping):
            found.extend(_repeated_in(node))
            stack.extend(value for _, value in reversed(node.entries))
    return "yaml: unmarshal errors:\n" + "\n".join(found) if found else ""


def _repeated_in(mapping: Mapping) -> list[str]:
    found: list[str] = []
    names: set[str] = set()
    for key, value in mapping.entries:
        if is_merge(key):
            sources = value.items if isinstance(value, Sequence) else (value,)
            inherited = [
                entry for node in sources if isinstance(node, Mapping) for entry in merged_entries(node).items()
            ]
            entries = [(name, node) for name, (_, node) in inherited]
        else:
            entries = [(key_text(key), value)] if isinstance(key, Scalar) else []
        for name, node in entries:
            if name in names:
                found.append(f"  line {node.span.start.line}: key {json.dumps(name)} already set in map")
            names.add(name)
    return found


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it stands, repeated names included."""


def _json(text: str) -> Node:
    try:
        value = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise PolicyError(f"{_PREFIX}{_JSON_PREFIX}{_go_json_error(error, text)}") from None
    except (RecursionError, ValueError):
        raise PolicyError(f"{_PREFIX}{_JSON_PREFIX}exceeded max depth") from None
    return _node(value)


def _constant(name: str) -> None:
    raise json.JSONDecodeError("Expecting value", name, 0)


def _go_json_error(error: json.JSONDecodeError, text: str) -> str:
    if error.pos >= len(text.rstrip()):
        return "unexpected end of JSON input"
    character = json.dumps(text[error.pos], ensure_ascii=False)[1:-1]
    quoted = {'\\"': "'\"'", "'": "'\\''"}.get(character, f"'{character}'")
    contexts = {
        "Extra data": "after top-level value",
        "Expecting value": "looking for beginning of value",
        "Expecting property name enclosed in double quotes": "looking for beginning of object key string",
        "Illegal trailing comma before end of object": "looking for beginning of object key string",
        "Illegal trailing comma before end of array": "looking for beginning of value",
        "Expecting ':' delimiter": "after object key",
        "Invalid control character at": "in string literal",
    }
    return f"invalid character {quoted} {contexts.get(error.msg, 'after object key:value pair')}"


def _node(value: Any) -> Node:  # noqa: ANN401 - what json gives
    if isinstance(value, _Pairs):
        entries = tuple((_node(name), _node(item)) for name, item in value)
        return Mapping(entries, flow=True, span=_START)
    if isinstance(value, list):
        return Sequence(tuple(map(_node, value)), flow=True, span=_START)
    if isinstance(value, str):
        return Scalar(value, '"', None, _START)
    return Scalar(json.dumps(value), "", None, _START)
