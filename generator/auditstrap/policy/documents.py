"""The bytes of a policy file as one JSON value, by the rules of kube-apiserver: the first document, YAML or JSON.

Source: ``staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from auditstrap.policy.go_bytes import Characters, read_characters, utf8
from auditstrap.policy.go_yaml import Repeated, YamlError, decode_yaml
from auditstrap.policy.json_text import JsonSyntaxError, parse_json
from auditstrap.policy.json_value import JsonValue
from auditstrap.policy.model import PolicyError
from auditstrap.source import Node, Position, Scalar, Sequence, SourceError, Span, documents, line_starts

MAX_BYTES: Final = 4 * 2**20
"""The largest text that is read. kube-apiserver has no limit; 20,000 rules come to less."""

_YAML_VERSION: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%YAML[ \t]+(\S+)")
_ESCAPED_SLASH: Final = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_PREFIX: Final = "failed decoding: "
_JSON_PREFIX: Final = f"{_PREFIX}couldn't get version/kind; json parse error: "
_GO_SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


class Root(NamedTuple):
    """The value of a text (null where it is empty), the keys of YAML that were set twice, and the text itself."""

    value: JsonValue
    repeated: tuple[Repeated, ...] = ()
    text: str = ""


def read_root(text: str | bytes) -> Root:
    """The value of the first document. Raises PolicyError in kube-apiserver's words."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        raise PolicyError(f"{_PREFIX}more than {MAX_BYTES >> 20} MiB, which is more than any audit policy needs")
    loose = data.decode("utf-8", "surrogateescape")
    if loose.lstrip(_GO_SPACES).startswith("{"):
        return Root(_json(loose), text=utf8(data))
    return node_root(_first_node(data))._replace(text=utf8(data))


def node_root(node: Node | None) -> Root:
    """The value of a YAML node. Raises PolicyError in kube-apiserver's words."""
    if node is None:
        return Root(JsonValue("null"))
    try:
        return Root(*decode_yaml(node))
    except YamlError as error:
        prefix = "" if str(error).startswith(("json: ", "unsupported map key")) else "yaml: "
        raise PolicyError(f"{_PREFIX}{prefix}{error}", span=error.span) from None


def _json(text: str) -> JsonValue:
    try:
        return parse_json(text)
    except JsonSyntaxError as error:
        raise PolicyError(f"{_JSON_PREFIX}{error}", span=Span(error.position, error.position)) from None


def _first_node(data: bytes) -> Node | None:
    characters = read_characters(data)
    _refuse_other_yaml(characters.read if characters.problem else characters.good)
    if characters.problem:
        return _before_the_bad(characters)
    try:
        return _first(characters.good)
    except SourceError as error:
        raise _unparsed(error) from None


def _refuse_other_yaml(text: str) -> None:
    if (directive := _YAML_VERSION.match(text)) and directive[1] != "1.1":
        raise PolicyError(f"{_PREFIX}yaml: found incompatible YAML document")


def _first(text: str) -> Node | None:
    root = next((document.root for document in documents(text)), None)
    if root is not None and "\\/" in text:
        _refuse_escaped_slash(root, text)
    return root


def _refuse_escaped_slash(root: Node, text: str) -> None:
    """Refuse an escaped slash, which YAML 1.2 has and go-yaml does not know. Raises SourceError."""
    lines = text.splitlines(keepends=True)
    for scalar in _scalars(root):
        (line, column), (last, end) = scalar.span
        if scalar.style != '"' or "/" not in scalar.text:
            continue
        source = "".join([*lines[line - 1 : last - 1], lines[last - 1][: end - 1]])[column - 1 :]
        if _ESCAPED_SLASH.search(source):
            raise SourceError("found unknown escape character", scalar.span.start, scanner=True)


def _scalars(root: Node) -> Iterator[Scalar]:
    seen: set[int] = set()
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            children = node.items if isinstance(node, Sequence) else [part for entry in node.entries for part in entry]
            stack.extend(reversed(children))


def _before_the_bad(characters: Characters) -> Node | None:
    """What comes before a bad character, where go-yaml does not come to it: a document that ends, or an error."""
    text = characters.read
    last_line = len(line_starts(text))
    try:
        document = next(documents(text), None)
    except SourceError as error:
        if error.position.line < last_line:
            raise _unparsed(error) from None
    else:
        if document is not None and document.span.end.line < last_line:
            return document.root
    lines = line_starts(characters.good)
    position = Position(len(lines), len(characters.good) - lines[-1] + 1)
    raise PolicyError(f"{_PREFIX}yaml: {characters.problem}", span=Span(position, position))


def _unparsed(error: SourceError) -> PolicyError:
    return PolicyError(f"{_PREFIX}yaml: {_go_yaml(error)}", span=Span(error.position, error.position))


def _go_yaml(error: SourceError) -> str:
    """go-yaml counts a parser's lines from 0 and a scanner's from 1, and leaves line 0 out."""
    line = error.position.line if error.scanner else error.position.line - 1
    if "anchor" in error.problem or error.position.line == 1:
        line = 0
    return f"line {line}: {error.problem}" if line else error.problem
