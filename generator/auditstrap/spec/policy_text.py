"""The text of the policy that a spec asks for: a preset's, a file's or its own, with rules put around it.

The text that is made is one that the kube-apiserver of the cluster's minor loads without an error or a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from auditstrap.edits import apply
from auditstrap.fields import Reading
from auditstrap.insertion import Insertion
from auditstrap.policy import PolicyError, load, presets
from auditstrap.problems import Problem
from auditstrap.source import Mapping, Node, Scalar, Sequence, SourceError, Span, documents, plain
from auditstrap.spec.model import PolicySource
from auditstrap.spec.policy_places import named_place, original_place
from auditstrap.yaml_text import HEADING, comment, dump

DEFAULT_PRESET: Final = "baseline@1"
POLICY_API_VERSION: Final = "audit.k8s.io/v1"


class _Base(NamedTuple):
    """The policy before rules are put around it; ``field`` and ``file`` say where its mistakes are reported."""

    text: str
    field: str
    file: str | None = None
    node: Node | None = None


def policy_text(source: PolicySource, minor: int, reading: Reading) -> str | None:
    """The policy as it is put on a node; None after a mistake in it was reported."""
    try:
        base = _base(source)
        before, after = _rules(source.before), _rules(source.after)
    except SourceError as error:
        reading.problem("spec.policy", str(error), Span(error.position, error.position))
        return None
    sound = _check_base(base, minor, reading)
    for field, nodes, rules in (("before", source.before, before), ("after", source.after, after)):
        for index, rule in enumerate(rules):
            node = nodes.items[index] if nodes else None
            sound &= _check_rule(rule, minor, f"spec.policy.{field}[{index}]", node, reading)
    return _headed(_around(base.text, before, after)) if sound else None


def _base(source: PolicySource) -> _Base:
    if source.file is not None:
        return _Base(_block(source.file.text), "spec.policy.file", source.file.path)
    if isinstance(source.inline, Scalar):
        return _Base(_block(source.inline.text), "spec.policy.inline")
    if source.inline is not None:
        return _Base(dump(plain(source.inline)), "spec.policy.inline", node=source.inline)
    return _Base(presets.text(presets.get(source.preset or DEFAULT_PRESET)), "spec.policy.preset")


def _block(text: str) -> str:
    """With the line ends of Unix; what begins with a brace is rewritten, since kube-apiserver takes that for JSON."""
    unix = text.replace("\r\n", "\n")
    if not unix.lstrip().startswith("{"):
        return unix
    root = next(documents(unix)).root
    return dump(plain(root)) if isinstance(root, Mapping) else unix


def _rules(nodes: Sequence | None) -> list[object]:
    return [plain(node) for node in nodes.items] if nodes else []


class _Mistake(NamedTuple):
    message: str
    span: Span | None


def _check_base(base: _Base, minor: int, reading: Reading) -> bool:
    mistakes = _mistakes(base.text, minor)
    for mistake in mistakes:
        if base.file is not None:
            reading.adopt([Problem(base.file, mistake.span, mistake.message)])
        elif base.node is not None:
            reading.problem(base.field, mistake.message, _in_spec(mistake, _root(base.text), base.node))
        else:
            line = f"line {mistake.span.start.line}: " if mistake.span else ""
            reading.problem(base.field, line + mistake.message)
    return not mistakes


def _check_rule(rule: object, minor: int, field: str, node: Node | None, reading: Reading) -> bool:
    text = dump({"apiVersion": POLICY_API_VERSION, "kind": "Policy", "rules": [rule]})
    mistakes = _mistakes(text, minor)
    for mistake in mistakes:
        copies = _root(text).get("rules")
        place = _in_spec(mistake, copies.items[0], node) if isinstance(copies, Sequence) and node else None
        reading.problem(field, mistake.message.replace("rules[0].", "").replace("rules[0]", "the rule"), place)
    return not mistakes


def _in_spec(mistake: _Mistake, copy: Node, original: Node) -> Span:
    """Where a mistake in the text that was made of a spec's own nodes stands in the spec."""
    found = original_place(mistake.span.start, copy, original) if mistake.span else None
    return found or original.span


@lru_cache(maxsize=256)
def _mistakes(text: str, minor: int) -> tuple[_Mistake, ...]:
    return tuple(_found(text, minor))


def _found(text: str, minor: int) -> Iterator[_Mistake]:
    try:
        policy = load(text, kubernetes=f"1.{minor}")
    except PolicyError as error:
        place = error.span or named_place(str(error), _first(text))
        yield _Mistake(f"kube-apiserver 1.{minor} would not start with this policy: {error}", place)
        return
    for warning in policy.warnings:
        place = named_place(warning, _first(text))
        yield _Mistake(f"kube-apiserver would drop a part of this policy: {warning}", place)
    yield from _further_documents(text)


def _further_documents(text: str) -> Iterator[_Mistake]:
    """kube-apiserver reads the first document and nothing behind it, not even whether it is YAML."""
    try:
        for document in list(documents(text))[1:]:
            if document.root is not None:
                yield _Mistake("kube-apiserver reads only the first document; this one would be ignored", document.span)
    except SourceError as error:
        place = Span(error.position, error.position)
        yield _Mistake(
            f"kube-apiserver reads only the first document; behind it stands what is no YAML: {error}", place
        )


def _headed(text: str) -> str:
    ended = text if text.endswith("\n") else text + "\n"
    return comment((HEADING,)) + ended


def _around(text: str, before: list[object], after: list[object]) -> str:
    """The policy with rules in front of and behind its own, in its own style where that can be kept."""
    if not before and not after:
        return text
    wanted = _wanted(text, before, after)
    inserted = _inserted(text, before, after)
    return inserted if _reads_as(inserted, wanted) else dump(wanted)


def _wanted(text: str, before: list[object], after: list[object]) -> dict[str, object]:
    data = plain(_root(text))
    own = data.get("rules") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(own, list):
        raise TypeError(type(own))
    return {**data, "rules": [*before, *own, *after]}


def _reads_as(text: str, wanted: object) -> bool:
    try:
        return plain(_root(text)) == wanted
    except (SourceError, TypeError):
        return False


def _inserted(text: str, before: list[object], after: list[object]) -> str:
    root = _root(text)
    key, rules = next((key, value) for key, value in reversed(root.entries) if value is root.get("rules"))
    if not isinstance(rules, Sequence):
        raise TypeError(type(rules))
    insertion = Insertion(text, root)
    edits = [*insertion.lead(key, rules, before, "policy.before of the spec")] if before else []
    edits += [*insertion.extend(rules, after, "policy.after of the spec")] if after else []
    return apply(text, edits)


def _first(text: str) -> Node | None:
    """The first document of a text, as far as it is YAML."""
    try:
        return next((document.root for document in documents(text)), None)
    except SourceError:
        return None


def _root(text: str) -> Mapping:
    root = _first(text)
    if not isinstance(root, Mapping):
        raise TypeError(type(root))
    return root
