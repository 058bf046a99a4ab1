"""Auditing merged into a kubeadm file of the user's own, everything else in it kept byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditstrap.edits import Edit, apply
from auditstrap.fields import UserFile
from auditstrap.formats import cluster_configuration
from auditstrap.formats.kubeadm_conflicts import Existing, existing
from auditstrap.insertion import Insertion
from auditstrap.kubernetes.kubeadm_apis import api_for
from auditstrap.problems import InputError, Problem
from auditstrap.setup import AuditSetup
from auditstrap.source import Document, Mapping, Node, PlainValue, Scalar, SourceError, Span, documents, plain
from auditstrap.yaml_text import dump

_UNSAFE: Final = "auditing cannot be put in here without changing something else; write apiServer out, without anchors"


def merge(file: UserFile, setup: AuditSetup) -> str:
    """The file with the setup's flags and mounts in its ClusterConfiguration, which is added where there is none.

    Raises InputError with every place where the file says something else than the setup, is no YAML, or has a shape
    that kubeadm does not take.
    """
    try:
        found = list(documents(file.text))
        there = existing(file.path, found, setup)
        merged = file.text if there is None else _extended(file.text, there)
        if there is None and (setup.flags or setup.mounts):
            merged = _with_document(file.text, setup)
        _prove(file.path, found, list(documents(merged)), there)
    except SourceError as error:
        raise InputError([Problem(file.path, Span(error.position, error.position), str(error))]) from None
    return merged


def _with_document(text: str, setup: AuditSetup) -> str:
    line_break = "\r\n" if "\r\n" in text else "\n"
    added = dump(cluster_configuration.document(setup, api_for(setup.kubernetes.minor)))
    ended = text if not text or text.endswith("\n") else text + line_break
    has_documents = any(document.root is not None for document in documents(text))
    return ended + (f"---{line_break}" if has_documents else "") + added.replace("\n", line_break)


def _extended(text: str, there: Existing) -> str:
    edits = _edits(Insertion(text, there.root), there)
    return apply(text, edits)


def _edits(insertion: Insertion, there: Existing) -> Iterator[Edit]:
    wanted = _wanted(there)
    if not wanted:
        return
    if not isinstance(there.server, Mapping) or not there.server.entries:
        yield from _set(insertion, there.root, "apiServer", wanted)
        return
    server = there.server
    # What belongs to the last key goes before a new key, which is added at the same place.
    for key in sorted(wanted, key=lambda key: server.get(key) is None):
        yield from _set(insertion, server, key, wanted[key])


def _wanted(there: Existing) -> dict[str, Any]:
    """What is missing, in the shape of the file's own API version."""
    parts: dict[str, Any] = {}
    if there.missing_flags:
        parts["extraArgs"] = cluster_configuration.extra_args(there.missing_flags, there.api)
    if there.missing_mounts:
        parts["extraVolumes"] = [cluster_configuration.extra_volume(mount) for mount in there.missing_mounts]
    return parts


def _set(insertion: Insertion, parent: Mapping, name: str, value: Any) -> Iterator[Edit]:  # noqa: ANN401 - YAML data
    entry = next(((key, node) for key, node in parent.entries if isinstance(key, Scalar) and key.text == name), None)
    if entry is None:
        yield from insertion.put(parent, name, value)
    elif isinstance(entry[1], Scalar) or not _size(entry[1]):
        yield from insertion.fill(parent, *entry, value)
    else:
        yield from insertion.extend(entry[1], value)


def _size(node: Node) -> int:
    if isinstance(node, Scalar):
        return 0
    return len(node.entries) if isinstance(node, Mapping) else len(node.items)


def _prove(file: str, before: list[Document], after: list[Document], there: Existing | None) -> None:
    """Everything that was there is there and means the same, and what was wanted was added."""
    old = [_expected(document, there) for document in before if document.root is not None]
    new = [plain(document.root) for document in after if document.root is not None]
    if new[: len(old)] != old or len(new) - len(old) > 1:
        raise InputError([Problem(file, there.root.span if there else None, _UNSAFE)])


def _expected(document: Document, there: Existing | None) -> PlainValue:
    value = plain(document.root) if document.root is not None else None
    if there is None or document.root is not there.root or not isinstance(value, dict):
        return value
    wanted = _wanted(there)
    server = value.get("apiServer")
    merged: dict[str, Any] = dict(server) if isinstance(server, dict) else {}
    for key, added in wanted.items():
        present = merged.get(key)
        merged[key] = added if not present else present + added if isinstance(present, list) else {**present, **added}
    return {**value, "apiServer": merged} if wanted else value
