"""What a text is, by what stands in it, and everything that it holds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from auditstrap.embedded import Place, Text
from auditstrap.observed import cloud_config, control_plane, kind, kubeadm, patches, pods
from auditstrap.observed.model import Broken, DeliveredFile, Delivery, Findable, KubeadmDocument, PolicyDocument
from auditstrap.observed.nodes import items, member, text_of
from auditstrap.problems import quoted
from auditstrap.source import Document, Mapping, Node, SourceError, Span

AUDIT_GROUP: Final = "audit.k8s.io"
MARKS: Final = re.compile(
    r"audit\.k8s\.io|kube-?apiserver|hyperkube|kubeadm|kind\.(?:x-k8s|sigs\.k8s)\.io"
    r"|#cloud-config|write_files|kind: *[\"']?Policy\b|audit-(?:policy|log|webhook)"
)
"""What every text that is judged here has in it; a text without any of it is not even parsed."""

_NOT_POLICIES: Final = frozenset({"Event", "EventList"})
_POLICY_TEXT: Final = re.compile(r"^[\"']?apiVersion[\"']?\s*:\s*[\"']?audit\.k8s\.io/", re.MULTILINE)
_TEMPLATE: Final = re.compile(r"\{\{|\{%|<%|^\s*\$\{|%\{", re.MULTILINE)
_BROKEN_KINDS: Final = (
    ("cloud-config", re.compile(r"\A\ufeff?#cloud-config\b")),
    ("ClusterConfiguration", re.compile(r"^apiVersion\s*:\s*[\"']?kubeadm\.k8s\.io/", re.MULTILINE)),
    ("KubeadmControlPlane", re.compile(r"^kind\s*:\s*[\"']?KubeadmControlPlane", re.MULTILINE)),
    ("Cluster", re.compile(r"^apiVersion\s*:\s*[\"']?kind\.(?:x-k8s|sigs\.k8s)\.io/", re.MULTILINE)),
    ("Pod", re.compile(r"^kind\s*:\s*[\"']?Pod\b(?=.*kube-apiserver)", re.MULTILINE | re.DOTALL)),
)


def recognise(path: str, content: str) -> Findable:
    """Everything that a file holds. Never raises: what cannot be read is broken or skipped."""
    found = Findable()
    if not MARKS.search(content):
        found.skipped.append("nothing in it belongs to auditing, kube-apiserver, kubeadm or their carriers")
        return found
    _read(Text(path, content), found, node_path=None, embedded=False)
    if not found.kinds and not found.skipped:
        found.skipped.append("none of its documents is of a kind that is judged here")
    return found


def _read(text: Text, into: Findable, node_path: str | None, *, embedded: bool) -> None:
    documents, error = text.documents()
    if _is_policy_text(text, documents, error):
        into.policies.append(PolicyDocument(text, node_path=node_path))
        into.kinds.append("Policy")
    elif error is not None:
        _read_broken(text, error, into, embedded=embedded)
    root = documents[0].root if documents else None
    if cloud_config.is_cloud_config(text.content, root) and (root is not None or error is None):
        into.kinds.append(cloud_config.CARRIER)
        _read_delivered(cloud_config.read(text, root, into), into)
        return
    before = len(into.kubeadm)
    for document in documents:
        _read_document(text, document.root, into)
    into.kubeadm[before:] = _of_one_version(into.kubeadm[before:])


def _of_one_version(found: list[KubeadmDocument]) -> list[KubeadmDocument]:
    """Documents of one file, each with the version that its ClusterConfiguration names."""
    versions = {document.version for document in found if document.version}
    version = versions.pop() if len(versions) == 1 else None
    return [replace(document, version=document.version or version) for document in found]


def _read_document(text: Text, root: Node | None, into: Findable) -> None:
    if isinstance(root, Mapping):
        _read_mapping(text, root, into)
    elif patches.is_json_patch(root) and root is not None:
        before = len(into.servers)
        patches.read(text, root, into)
        into.kinds.extend(["JSON patch"] * (len(into.servers) > before))


def _read_mapping(text: Text, root: Mapping, into: Findable) -> None:
    named = text_of(member(root, "kind")) or ""
    if kubeadm.is_kubeadm(root):
        kubeadm.read(text, root, into)
    elif pods.is_api_server(root):
        pods.read(text, root, into)
    elif control_plane.is_control_plane(root):
        _read_delivered(control_plane.read(text, root, into), into)
    elif kind.is_kind(root):
        kind.read(text, root, into)
    elif named == "List":
        for item in items(member(root, "items")):
            _read_document(text, item, into)
        return
    else:
        return
    into.kinds.append(named)


def _read_delivered(delivery: Delivery, into: Findable) -> None:
    """What a delivered file holds is judged too: a policy, a kubeadm configuration, a static Pod."""
    for file in delivery.files:
        if file.text is not None and MARKS.search(file.text.content):
            _read_file(file, delivery, into)


def _read_file(file: DeliveredFile, delivery: Delivery, into: Findable) -> None:
    inner = Findable()
    if file.text is None:
        return
    _read(file.text, inner, file.path, embedded=True)
    into.policies.extend(inner.policies)
    into.kubeadm.extend(inner.kubeadm)
    into.pods.extend(inner.pods)
    into.broken.extend(inner.broken)
    into.servers.extend(replace(server, delivery=delivery, path=file.path) for server in inner.servers)


def _is_policy_text(text: Text, documents: tuple[Document, ...], error: SourceError | None) -> bool:
    """Whether a text is meant as a policy, readable or not."""
    if any(is_policy(document.root) for document in documents):
        return True
    return error is not None and _POLICY_TEXT.search(text.content) is not None and not _is_template(text.content)


def is_policy(root: Node | None) -> bool:
    """Whether a document is meant as an audit policy."""
    api, named = text_of(member(root, "apiVersion")), text_of(member(root, "kind"))
    if api is not None and api.partition("/")[0] == AUDIT_GROUP:
        return named not in _NOT_POLICIES
    if named in {None, "Policy"} and api is None:
        return any(text_of(member(rule, "level")) is not None for rule in items(member(root, "rules")))
    return False


def _read_broken(text: Text, error: SourceError, into: Findable, *, embedded: bool) -> None:
    place = text.place(Span(error.position, error.position))
    if _is_template(text.content):
        into.skipped.append(_skipped(place, error, "a template, not YAML yet"))
        return
    named = next((named for named, pattern in _BROKEN_KINDS if pattern.search(text.content)), None)
    if named is not None:
        into.broken.append(Broken(place, named, str(error)))
        into.kinds.append(named)
    elif not embedded:
        into.skipped.append(_skipped(place, error, "not YAML"))


def _is_template(content: str) -> bool:
    return _TEMPLATE.search(content) is not None


def _skipped(place: Place, error: SourceError, what: str) -> str:
    line, column = place.span.start
    return f"{what}: {quoted(str(error))} at line {line}, column {column}"
