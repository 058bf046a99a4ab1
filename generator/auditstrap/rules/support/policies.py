"""What is wrong with a policy as a text: one reason, and which rule it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from auditstrap.embedded import Place
from auditstrap.observed.model import PolicyDocument
from auditstrap.observed.recognise import is_policy
from auditstrap.policy.model import PolicyError
from auditstrap.rules.support.rule import Context
from auditstrap.source import Document, Mapping, Node, Scalar, Sequence, Span

_NOT_YAML: Final = re.compile(
    r"failed (?:lenient )?decoding: (?:yaml: |json: unsupported"
    r"|couldn't get version/kind; json parse error: (?!.*\.(?:apiVersion|kind) ))"
)
_VERSION: Final = re.compile(
    r"no kind \"|unknown group version field|unexpected GroupVersion|unknown conversion|couldn't get version/kind"
)
_EMPTY: Final = "loaded illegal policy with 0 rules"
_UNKNOWN: Final = re.compile(r'unknown field "((?:[^"\\]|\\.)*)"')


class Refusal(NamedTuple):
    """Why kube-apiserver does not start with a policy: which rule tells it, where, in upstream's words."""

    rule: str
    place: Place
    message: str


def refusal(document: PolicyDocument, context: Context) -> Refusal | None:
    """Why the policy is refused; None where it is loaded, or where it is not the first document."""
    error = context.loaded(document)
    if not isinstance(error, PolicyError) or position(document) != 0:
        return None
    message = str(error)
    place = document.text.place(error.span) if error.span else _start(document)
    if _VERSION.search(message) and not _NOT_YAML.match(message):
        return Refusal("policy-api-version", place, message)
    rule = "policy-syntax" if _NOT_YAML.match(message) else "policy-empty" if message == _EMPTY else "policy-invalid"
    return Refusal(rule, place, message)


def root(document: PolicyDocument) -> Node | None:
    """The root of the document that kube-apiserver reads."""
    documents, _ = document.text.documents()
    return documents[0].root if documents else None


def position(document: PolicyDocument) -> int:
    """The index of the Policy among the documents, 0 where none is readable."""
    documents, _ = document.text.documents()
    return next((i for i, one in enumerate(documents) if is_policy(one.root)), 0)


def others(document: PolicyDocument) -> tuple[Document, ...]:
    """The documents behind the first, empty ones left out."""
    documents, _ = document.text.documents()
    return tuple(one for one in documents[1:] if one.root is not None)


def dropped_fields(document: PolicyDocument, warnings: tuple[str, ...]) -> Iterator[tuple[str, Node, Node | None]]:
    """Each field that the loader drops: its path, its key, and the mapping in which it stands."""
    top = root(document)
    for path in (path for warning in warnings for path in _UNKNOWN.findall(warning)):
        parent, key = _at(top, path)
        if key is not None:
            yield path, key, parent


def repeated_keys(node: Node | None) -> Iterator[tuple[str, Node, Node]]:
    """Each key that stands in its mapping a second time: its name, the first, the second."""
    waiting, seen = [node] if node is not None else [], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen or isinstance(current, Scalar):
            continue
        seen.add(id(current))
        if isinstance(current, Mapping):
            yield from _repeated(current)
            waiting.extend(value for _, value in current.entries)
        else:
            waiting.extend(current.items)


def _repeated(mapping: Mapping) -> Iterator[tuple[str, Node, Node]]:
    first: dict[str, Node] = {}
    for key, _ in mapping.entries:
        if isinstance(key, Scalar) and key.text != "<<":
            if key.text in first:
                yield key.text, first[key.text], key
            first.setdefault(key.text, key)


def _at(node: Node | None, path: str) -> tuple[Node | None, Node | None]:
    """The mapping and the key at a path such as ``rules[0].user``."""
    parent: Node | None = node
    key: Node | None = None
    for name, index in re.findall(r"([^.\[\]]+)|\[([0-9]+)\]", path):
        if index:
            node = node.items[int(index)] if isinstance(node, Sequence) and int(index) < len(node.items) else None
            continue
        parent, key = node, None
        for entry_key, value in node.entries if isinstance(node, Mapping) else ():
            if isinstance(entry_key, Scalar) and entry_key.text == name:
                key, node = entry_key, value
        if key is None:
            return None, None
    return parent, key


def _start(document: PolicyDocument) -> Place:
    top = root(document)
    node: Node | None = top
    if isinstance(top, Mapping):
        node = top.get("apiVersion") or top.get("kind") or top
    if node is None:
        return document.text.start()
    span = node.span if isinstance(node, Scalar) else Span(node.span.start, node.span.start)
    return document.text.place(span)
