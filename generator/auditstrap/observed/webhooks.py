"""The kubeconfig of the webhook backend, where a carrier delivers it.

Source: ``staging/src/k8s.io/client-go/tools/clientcmd/api/v1/types.go``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from auditstrap.embedded import Place, Text
from auditstrap.observed.model import ApiServer
from auditstrap.observed.nodes import items, member, text_of
from auditstrap.source import Node

_FILES: Final = (
    ("clusters", "cluster", "certificate-authority"),
    ("users", "user", "client-certificate"),
    ("users", "user", "client-key"),
)


def delivered(server: ApiServer) -> tuple[Text, Node] | None:
    """The webhook's kubeconfig, None where its content is not known."""
    value = server.value("audit-webhook-config-file")
    if server.delivery is None or not value:
        return None
    path = posixpath.normpath(value)
    mount = server.mount_of(path)
    file = server.delivery.file((mount.host_path(path) if mount else None) or path)
    if file is None or file.text is None:
        return None
    documents, _ = file.text.documents()
    root = documents[0].root if documents else None
    return (file.text, root) if root is not None else None


def certificates(server: ApiServer, path: str) -> Iterator[tuple[str, Place]]:
    """The files that the kubeconfig names, as absolute paths: relative ones are beside it."""
    known = delivered(server)
    for listed, inner, key in _FILES if known else ():
        for item in items(member(known[1], listed)) if known else ():
            node = member(item, inner, key)
            if known and node is not None and (named := text_of(node)):
                yield posixpath.normpath(posixpath.join(posixpath.dirname(path), named)), known[0].at(node)


def clusters(server: ApiServer) -> Iterator[tuple[Text, Node]]:
    """Each ``cluster`` of the kubeconfig."""
    known = delivered(server)
    for item in items(member(known[1], "clusters")) if known else ():
        node = member(item, "cluster")
        if known and node is not None:
            yield known[0], node
